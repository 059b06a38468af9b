"""The settings in force at a moment, as a reading command sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import log, times
from occ_media_cli.errors import StoreInvalid
from occ_media_cli.settings import edit_time, edited_sections, inbox_names, read
from occ_media_cli.settings.document import load
from occ_media_cli.settings.model import FIRST_INBOX, InboxSettings, Version
from occ_media_cli.store.documents import digest_of_document, is_of_commands, last_document
from occ_media_cli.values import replace, value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from occ_media_cli.settings.agents import Agents, Permission
    from occ_media_cli.settings.model import Config
    from occ_media_cli.store.open import Store


@value
class Current:
    """An inbox at a moment. ahead: what comes after the running time-box, soonest first, if one is running. before:
    what an edit by hand that is not on record brought before that, oldest first."""

    version: Version
    ahead: tuple[Version, ...] = ()
    before: tuple[Version, ...] = ()

    @property
    def next(self) -> Version | None:
        """The next settings that are other ones: a box that was made longer has two versions that say the same."""
        return next((version for version in self.ahead if version.settings != self.version.settings), None)

    def turns(self, field: str) -> Version | None:
        """The version with which a field gets another value, if that is to come."""
        now = getattr(self.version.settings, field)
        return next((version for version in self.ahead if getattr(version.settings, field) != now), None)


@value
class SettingsState:
    """Every inbox at a moment. built_in: there is no store yet, so these are the built-in settings."""

    inboxes: tuple[Current, ...]
    built_in: bool = False


def state(store: Store, moment: int, inbox: str | None = None) -> SettingsState:
    """The settings at a moment, of all inboxes or of one; NotFound for an unknown inbox.

    A hand edit of a document counts from when it was made (`edit_time`), although no command has recorded it yet.
    """
    with log.step("settings", "settings read"):
        return _state(store, moment, inbox)


def _state(store: Store, moment: int, inbox: str | None) -> SettingsState:
    if store.connection is None and not store.location.exists:
        only = Version(None, FIRST_INBOX, None, None, None, InboxSettings())
        return _pick(SettingsState((Current(only),), built_in=True), inbox, store)
    found = {current.version.inbox: current for current in _recorded(store, moment)}
    edited = _edited(store, moment)
    if edited is not None:
        for name in _removed(store, edited, moment):
            found.pop(name, None)
        found |= {
            name: current for name, current in edited.items()
            if current is not None and _begun(current, moment)
        }  # fmt: skip
    return _pick(SettingsState(tuple(found[name] for name in sorted(found))), inbox, store)


def edited_at(store: Store, moment: int) -> int | None:
    """When somebody edited the document by hand, where no command has recorded that yet."""
    path = store.location.document
    if path is None or store.connection is None or is_of_commands(store.connection, store.document_bytes()):
        return None
    if _edited_config(store, moment) is None:
        return None
    return _time_of_edit(store, path, moment)


def edited_versions(store: Store, inbox: str, moment: int, now: int) -> list[Version]:
    """What an edit by hand that is not on record brought an inbox until a moment, oldest first: the last is in force
    then. None of it where the settings of that moment are on record. now: when somebody asks."""
    try:
        edited = _edited(store, now)
    except StoreInvalid:  # a document that cannot be read says nothing; whoever needs it says what is wrong
        return []
    current = None if edited is None else edited.get(inbox)
    if current is None:
        return []
    every = [*current.before, current.version, *current.ahead]
    return [each for each in every if each.valid_from is not None and each.valid_from <= moment]


def removed_by_hand(store: Store, moment: int) -> dict[str, int]:
    """The inboxes that somebody took out of the document, each with when, where no command has recorded that yet."""
    try:
        edited = _edited(store, moment)
    except StoreInvalid:  # a document that cannot be read takes nothing out; whoever needs it says what is wrong
        return {}
    if edited is None or store.connection is None or is_of_commands(store.connection, store.document_bytes()):
        return {}
    return _removed(store, edited, moment)


def agents_at(store: Store, moment: int) -> Agents:
    """The agents at a moment. A hand edit of a document that no command has recorded yet counts, as it does for the
    inboxes."""
    edited, path = _edited_config(store, moment), store.location.document
    if store.connection is None:
        return {} if edited is None else edited.sections["agents"]  # type: ignore[return-value]  # the form that `sections` gives it
    found: Agents = read.section_at(store.connection, "agents", moment)
    if edited is None or path is None:
        return found
    when = _time_of_edit(store, path, moment)
    spans = edited_sections.spans_of_edit(store.connection, "agents", edited.sections["agents"], when, times.wall())
    there: Agents | None = edited_sections.value_at(spans or (), moment)
    return found if there is None else there


def permissions_of(store: Store, moment: int, agent: str, shown: SettingsState) -> dict[str, Permission]:
    """What an agent may do in each inbox that is shown; NotFound for an unknown agent."""
    from occ_media_cli.settings import agents

    rows = agents_at(store, moment)
    agents.known_agent(rows, agent)
    found = {}
    for current in shown.inboxes:
        permission = agents.permission(rows, agent, current.version.inbox)
        if permission is not None:
            found[current.version.inbox] = permission
    return found


def _pick(whole: SettingsState, inbox: str | None, store: Store) -> SettingsState:
    if inbox is None:
        return whole
    name = inbox_names.normal(inbox)
    for current in whole.inboxes:
        if current.version.inbox == name:
            return replace(whole, inboxes=(current,))
    now = None if store.connection is None else read.called_now(store.connection, inbox)
    known = [current.version.inbox for current in whole.inboxes]
    raise inbox_names.no_inbox(inbox, known, str(store.location.path), now=now)


def _recorded(store: Store, moment: int) -> list[Current]:
    if store.connection is None:
        return []
    found = []
    for version in read.versions(store.connection, at=moment):
        ahead: list[Version] = []
        last = version
        while last.valid_to is not None and last.inbox_id is not None:
            following = _at(store, last.inbox_id, last.valid_to)
            if not following:
                break
            last = following[0]
            ahead.append(last)
        found.append(Current(version, tuple(ahead)))
    return found


def _at(store: Store, inbox_id: int, moment: int) -> list[Version]:
    if store.connection is None:
        return []
    return read.versions(store.connection, inbox_id, at=moment)


def _edited_config(store: Store, moment: int) -> Config | None:
    """What the document says, where it differs from what was recorded and was not edited after the moment."""
    path, data = store.location.document, store.document_bytes()
    if path is None or data is None:
        return None
    if store.connection is not None:
        if last_document(store.connection)[0] == digest_of_document(data):
            return None
        if _time_of_edit(store, path, moment) > moment:
            return None
    return load.parse(data, str(path), store=True)


def _edited(store: Store, moment: int) -> dict[str, Current | None] | None:
    """The inboxes as the document has them, where somebody edited it; None for one that is as it is on record.

    A document that an interrupted command has left is its own work, not a hand edit.
    """
    path, data, connection = store.location.document, store.document_bytes(), store.connection
    config = _edited_config(store, moment)
    if config is None or path is None or data is None:
        return None
    edited = _time_of_edit(store, path, moment)
    known = read.inbox_ids(connection) if connection is not None else {}
    starts = {name: _start(store, number, edited) for name, number in known.items()}
    own = connection is not None and is_of_commands(connection, data)
    since = last_document(connection)[1] if connection is not None and not own else None
    found: dict[str, Current | None] = {}
    for name, plan in config.inboxes.items():
        spans = edit_time.spans_of_edit(connection, known.get(name), plan, starts.get(name, edited))
        found[name] = None if spans is None else _of_edit(name, spans, moment, since, uncertain=not own)
    return found


def _time_of_edit(store: Store, path: Path, moment: int) -> int:
    seen = last_document(store.connection)[1] if store.connection is not None else None
    return edit_time.time_for_reader(path, seen, moment)


def _start(store: Store, inbox: int, edited: int) -> int:
    return edit_time.start_for_inbox(store.ledger, inbox, edited, times.wall())


def _removed(store: Store, edited: Mapping[str, object], moment: int) -> dict[str, int]:
    """The recorded inboxes that an edited document has no more, each with from when on."""
    path = store.location.document
    if path is None or store.connection is None:
        return {}
    when = _time_of_edit(store, path, moment)
    gone = {
        name: _start(store, number, when)
        for name, number in read.inbox_ids(store.connection).items()
        if name not in edited
    }
    return {name: start for name, start in gone.items() if start <= moment}


def _begun(edited: Current, moment: int) -> bool:
    return edited.version.valid_from is None or edited.version.valid_from <= moment


def _of_edit(
    name: str,
    spans: Sequence[tuple[int, int | None, InboxSettings]],
    moment: int,
    since: int | None,
    *,
    uncertain: bool,
) -> Current:
    versions = [
        Version(None, name, None, begin, end, settings, uncertain_since=since if begin <= moment else None,
                uncertain=uncertain)
        for begin, end, settings in spans
    ]  # fmt: skip
    place = max(0, sum(begin <= moment for begin, _, _ in spans) - 1)
    return Current(versions[place], tuple(versions[place + 1 :]), tuple(versions[:place]))
