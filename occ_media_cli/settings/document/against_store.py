"""A settings document against a store: what differs, and making the store say what the document says."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import MalformedInput, OccMediaError, Refused
from occ_media_cli.settings import compare, removals
from occ_media_cli.settings.document import load
from occ_media_cli.settings.model import Config
from occ_media_cli.values import value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from occ_media_cli.limits import RemovalLimit
    from occ_media_cli.settings.compare import SettingsDifference
    from occ_media_cli.settings.document.document_schema import ProfileCheck, RuleCheck
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.settings.write import ChangeOutcome
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
    if compare.configs(before, wanted, now, prune=shown.prune) != shown.differences:
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
