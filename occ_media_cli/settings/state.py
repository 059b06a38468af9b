"""The settings in force at a moment, as a reading command sees them."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from occ_media_cli.settings import document, names, read
from occ_media_cli.settings.model import FIRST_INBOX, InboxPlan, InboxSettings, Version
from occ_media_cli.settings.session import last_document, open_intent
from occ_media_cli.values import replace, value

if TYPE_CHECKING:
    from occ_media_cli.store.open import Store


@value
class Current:
    """An inbox at a moment. next: what comes after the running time-box, if one is running."""

    version: Version
    next: Version | None


@value
class State:
    """Every inbox at a moment. built_in: there is no store yet, so these are the built-in settings."""

    inboxes: tuple[Current, ...]
    built_in: bool = False


def state(store: Store, moment: int, inbox: str | None = None) -> State:
    """The settings at a moment, of all inboxes or of one; NotFound for an unknown inbox.

    A hand edit of a document counts from the file's mtime on, although no command has recorded it yet.
    """
    if store.connection is None and not store.location.exists:
        only = Version(None, FIRST_INBOX, None, None, None, InboxSettings())
        return _pick(State((Current(only, None),), built_in=True), inbox, store)
    found = {current.version.inbox: current for current in _recorded(store, moment)}
    edited = _edited(store, moment)
    if edited is not None:
        for name in [name for name in found if name not in edited]:
            del found[name]
        found |= {
            name: current for name, current in edited.items() if name not in found or _differs(found[name], current)
        }
    return _pick(State(tuple(found[name] for name in sorted(found))), inbox, store)


def _pick(whole: State, inbox: str | None, store: Store) -> State:
    if inbox is None:
        return whole
    import unicodedata

    name = unicodedata.normalize("NFC", inbox)
    for current in whole.inboxes:
        if current.version.inbox == name:
            return replace(whole, inboxes=(current,))
    raise names.no_inbox(inbox, [current.version.inbox for current in whole.inboxes], str(store.location.path))


def _recorded(store: Store, moment: int) -> list[Current]:
    if store.connection is None:
        return []
    found = []
    for version in read.versions(store.connection, at=moment):
        following = None
        if version.valid_to is not None and version.inbox_id is not None:
            following = next(iter(_at(store, version.inbox_id, version.valid_to)), None)
        found.append(Current(version, following))
    return found


def _at(store: Store, inbox_id: int, moment: int) -> list[Version]:
    if store.connection is None:
        return []
    return read.versions(store.connection, inbox_id, at=moment)


def _edited(store: Store, moment: int) -> dict[str, Current] | None:
    """What the document says, where it differs from what was recorded and its mtime is not after the moment."""
    path, data = store.location.document, store.document_bytes()
    if path is None or data is None:
        return None
    seen, recorded_ms = last_document(store.connection) if store.connection is not None else (None, None)
    digest = sha256(data).digest()
    if seen == digest:
        return None
    edited = path.stat().st_mtime_ns // 1_000_000
    if store.connection is not None and edited > moment:
        return None
    intent = open_intent(store.connection) if store.connection is not None else None
    uncertain = intent is None or intent[1] != digest
    config = document.parse(data, str(path), store=True)
    return {
        name: _from_plan(name, plan, moment, edited, recorded_ms if uncertain else None, uncertain=uncertain)
        for name, plan in config.inboxes.items()
    }


def _from_plan(name: str, plan: InboxPlan, moment: int, edited: int, since: int | None, *, uncertain: bool) -> Current:
    spans = plan.spans(moment)
    until, settings = spans[0]
    version = Version(None, name, None, edited, until, settings, uncertain_since=since, uncertain=uncertain)
    following = None
    if until is not None:
        following = Version(None, name, None, until, spans[1][0], spans[1][1], uncertain=uncertain)
    return Current(version, following)


def _differs(recorded: Current, edited: Current) -> bool:
    if recorded.version.settings != edited.version.settings or recorded.version.valid_to != edited.version.valid_to:
        return True
    after = recorded.next.settings if recorded.next else None
    return after != (edited.next.settings if edited.next else None)
