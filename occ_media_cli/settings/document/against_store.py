"""A settings document against a store: what differs, and making the store say what the document says."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import MalformedInput, OccMediaError, Refused
from occ_media_cli.settings import compare, removals
from occ_media_cli.settings.document import load
from occ_media_cli.settings.model import Config
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from occ_media_cli.limits import RemovalLimit
    from occ_media_cli.settings.compare import SettingsDifference
    from occ_media_cli.settings.document.document_schema import ProfileCheck, RuleCheck
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.settings.write import ChangeOutcome
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.locate import Location


@value
class DocumentComparison:
    """A document beside a store.

    wanted: what the document says. stored: what the store says. differences: what lies between them, inboxes first.
    prune: whether what the document does not name is to go.
    """

    file: str
    wanted: Config
    stored: Config
    differences: list[SettingsDifference]
    prune: bool = False


@value
class AppliedDocument:
    """What an `apply` came to.

    differences: what was to change. outcomes: every inbox that changed. later: what still differs, because something
    that was changed later than a backdated moment holds; empty without backdate. made: the store is new.
    """

    differences: list[SettingsDifference]
    outcomes: list[ChangeOutcome]
    later: list[SettingsDifference]
    made: bool


def stored_config(location: Location, now: int) -> Config:
    """What the store says at a moment; nothing where there is no store yet."""
    from occ_media_cli.settings.editing import current
    from occ_media_cli.store.open import reading

    if not location.exists:
        return Config()
    with reading(location) as store:
        return current(store, now)


def compare_document(
    location: Location,
    now: int,
    file: str,
    *,
    prune: bool,
    profiles: ProfileCheck | None,
    rules: RuleCheck | None = None,
    drift: bool = False,
) -> DocumentComparison:
    """Read a document and compare it with the store; nothing is written.

    drift: from the document to the store, else from the store to the document, which is the way to apply it.
    """
    stored = stored_config(location, now)
    known = () if prune else stored.inboxes
    wanted = load.load_document(Path(file), store=False, known=known, profiles=profiles, rules=rules)
    old, new = (wanted, stored) if drift else (stored, wanted)
    return DocumentComparison(file, wanted, stored, compare.configs(old, new, now, prune=prune), prune)


def validate_document(
    location: Location, now: int, file: str, *, profiles: ProfileCheck | None, rules: RuleCheck | None = None
) -> tuple[Config | None, list[OccMediaError]]:
    """What a document says, or everything that is wrong with it, in the order of its lines. Incomplete where it cannot
    be read.

    The inboxes of the store count as known, as they do for `apply`; not where the document is the store itself, nor
    where the store cannot be read.
    """
    path = Path(file)
    data = load.read_bytes(path)
    known: Iterable[str] = ()
    with suppress(OccMediaError, OSError):
        itself = location.document is not None and location.document.exists() and location.document.samefile(path)
        known = () if itself else stored_config(location, now).inboxes
    try:
        found = load.parse(data, file, store=False, known=known, profiles=profiles, rules=rules, most=load.EVERY)
    except (MalformedInput, Refused) as problem:
        return None, sorted([problem, *problem.more], key=lambda each: each.line or 0)
    return found, []


def refuse_wide_removal(shown: DocumentComparison, allowed: RemovalLimit | None) -> None:
    """Refused where a document would remove more inboxes or agents than allowed; None allows what is expected."""
    removals.refuse_removals(shown.stored, shown.wanted, shown.differences, allowed)


def refuse_past(location: Location, shown: DocumentComparison, stamp: Stamp, backdate: str | None) -> None:
    """Refused, before anybody is asked, where a difference lies before the newest change of what it is about."""
    from occ_media_cli.store.open import reading

    if location.exists and shown.differences:
        with reading(location) as store:
            if store.connection is not None:
                _refuse_past(store.connection, shown.differences, stamp, backdate)


def _refuse_past(
    connection: sqlite3.Connection, differences: Iterable[SettingsDifference], stamp: Stamp, backdate: str | None
) -> None:
    from occ_media_cli.settings import past, read

    numbers = read.inbox_ids(connection)
    sections = {kind: section for section, kind in compare.ITEM.items()}
    for kind, name in dict.fromkeys((item.kind, item.name if item.kind == "inbox" else "") for item in differences):
        if kind != "inbox":
            past.refuse_section_past(connection, sections[kind], stamp.now, stamp, backdate)
        elif name in numbers:
            past.refuse_inbox_past(connection, (name, numbers[name]), stamp.now, stamp, backdate)
        else:
            past.refuse_name_past(connection, name, stamp.now, stamp, backdate)


def apply_document(
    editor: Editor, shown: DocumentComparison, now: int, *, reason: str | None = None, backdate: str | None = None
) -> AppliedDocument:
    """Make the store say what a document says, exactly as it was compared.

    Refused where the store or the document changed since the comparison; then nothing is changed.
    """
    from occ_media_cli.settings import reconcile

    before = editor.config_at(now)
    known = () if shown.prune else before.inboxes
    wanted = load.load_document(Path(shown.file), store=False, known=known, profiles=editor.profiles)
    differences = compare.configs(before, wanted, now, prune=shown.prune)
    if differences != shown.differences:
        # An edit by hand that this command is the first to record: what it says holds from then on, and not before.
        edited = max((event.ms for event in editor.events), default=now)
        if edited > now:
            raise Refused(
                f"the store was edited by hand at {times.text(edited)}, after {times.text(now)}, and no command has"
                " recorded that yet; nothing was changed",
                hint="record it first, by a change that names no earlier time",
                topic=("record-edit",),
            )
        _refuse_past(editor.connection, [*differences, *shown.differences], editor.stamp, backdate)
        raise Refused(
            "the store or the document changed after the difference was shown; nothing was changed",
            hint="look at the difference again",
            topic=("apply", shown.file, *(["prune"] if shown.prune else [])),
        )
    outcomes = reconcile.follow(editor, wanted, prune=shown.prune, reason=reason, backdate=backdate)
    later: list[SettingsDifference] = []
    if backdate:
        later = compare.configs(editor.config_at(now), wanted, now, prune=shown.prune)
    return AppliedDocument(shown.differences, outcomes, later, editor.store.made)
