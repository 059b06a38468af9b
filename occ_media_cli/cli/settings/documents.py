"""What commands with a settings document share: the comparison that they show, and words of options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import limits
from occ_media_cli.errors import UsageError
from occ_media_cli.report.words import shell

if TYPE_CHECKING:
    from occ_media_cli.cli.session import Session
    from occ_media_cli.limits import RemovalLimit
    from occ_media_cli.settings.document.against_store import DocumentComparison


def compare(session: Session, file: str, *, prune: bool, drift: bool = False) -> DocumentComparison:
    """A document beside the store of this command."""
    from occ_media_cli.decide.known_profiles import known_profiles
    from occ_media_cli.settings.document.against_store import compare_document

    return compare_document(session.location, session.now, file, prune=prune, profiles=known_profiles, drift=drift)


def apply_command(file: str, *, prune: bool) -> str:
    """The command that applies a document, ready to paste."""
    return shell("occ-media", "apply", file, *(["--prune"] if prune else []))


def limit(text: str | None) -> RemovalLimit | None:
    """The value of `--max-remove`."""
    try:
        return limits.parse_limit(text) if text is not None else None
    except ValueError as problem:
        raise UsageError(f"--max-remove {problem}", hint="write --max-remove 12 or --max-remove 50%") from None
