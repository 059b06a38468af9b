"""What to ask of files, and how somebody chooses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.report.meant import refuse_other_words
from occ_media_cli.values import EMPTY
from occ_media_cli.vocabulary import ANTIVIRUS_WISHES, SCAN_CHECKS, AntivirusWish, ScanCheck

if TYPE_CHECKING:
    from occ_media_cli.own_patterns import OwnPattern
    from occ_media_cli.safety.sensitive.look import OwnLabel


class ScanRequest(NamedTuple):
    """What to ask of files.

    checks: of `SCAN_CHECKS`. antivirus: of `ANTIVIRUS_WISHES`. clamd: its address, None for where it usually is.
    allow_remote: let files go to another machine. signatures: the folder of an own database of signatures, which tells
    how old they are. strip: also make copies without metadata. words: those that mark a document as not for everybody,
    None for those that are built in; patterns and labels: what else an operator looks for in texts.
    """

    checks: Sequence[ScanCheck] = SCAN_CHECKS
    antivirus: AntivirusWish = "auto"
    clamd: str | None = None
    allow_remote: bool = False
    signatures: str | None = None
    strip: bool = False
    words: tuple[str, ...] | None = None
    patterns: tuple[OwnPattern, ...] = ()
    labels: Mapping[str, OwnLabel] = EMPTY

    def for_record(self) -> ScanRequest:
        """The same for results that go on record: without an antivirus they are no scan, so one is asked for."""
        return self._replace(antivirus="required") if self.antivirus == "auto" else self


def request_of(
    only: Sequence[str] = (), antivirus: str | None = None, clamd: str | None = None, *, allow_remote: bool = False,
    signatures: str | None = None, strip: bool = False,
) -> ScanRequest:  # fmt: skip
    """What somebody chose. Some checks alone leave the antivirus out, unless it is asked for too. UsageError for a word
    that is none."""
    refuse_other_words(antivirus or "auto", "antivirus", ANTIVIRUS_WISHES)
    for name in only:
        refuse_other_words(name, "only", SCAN_CHECKS)
    checks = tuple(name for name in SCAN_CHECKS if not only or name in only)
    wish = antivirus or ("off" if only and clamd is None else "auto")
    return ScanRequest(checks, wish, clamd, allow_remote, signatures, strip)  # type: ignore[arg-type]  # just asked
