"""What commands with a settings document share: reading it, and comparing it with the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli import limits
from occ_media_cli.decide.known_profiles import known_profiles
from occ_media_cli.errors import UsageError
from occ_media_cli.report.words import shell
from occ_media_cli.settings import compare as comparing
from occ_media_cli.settings.document import load
from occ_media_cli.settings.model import Config
from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.cli.session import Session
    from occ_media_cli.limits import RemovalLimit
    from occ_media_cli.settings.compare import SettingsDifference


@value
class Compared:
    """A document, what the store says, and what differs."""

    wanted: Config
    stored: Config
    differences: list[SettingsDifference]


def stored(session: Session) -> Config:
    """What the store says now; nothing where there is no store yet."""
    from occ_media_cli.settings.editing import current

    if not session.location.exists:
        return Config()
    with session.reading() as store:
        return current(store, session.now)


def compare(session: Session, file: str, *, prune: bool, drift: bool = False) -> Compared:
    """Read a document and compare it with the store. drift: from the document to the store, else the way to apply."""
    from_store = stored(session)
    wanted = load.load_document(
        Path(file), store=False, known=() if prune else from_store.inboxes, profiles=known_profiles
    )
    old, new = (wanted, from_store) if drift else (from_store, wanted)
    return Compared(wanted, from_store, comparing.configs(old, new, session.now, prune=prune))


def apply_command(file: str, *, prune: bool) -> str:
    """The command that applies a document, ready to paste."""
    return shell("occ-media", "apply", file, *(["--prune"] if prune else []))


def limit(text: str | None) -> RemovalLimit | None:
    """The value of `--max-remove`."""
    try:
        return limits.parse_limit(text) if text is not None else None
    except ValueError as problem:
        raise UsageError(f"--max-remove {problem}", hint="write --max-remove 12 or --max-remove 50%") from None
