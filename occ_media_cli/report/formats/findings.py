"""Findings for formats that can hold only so many: the worst are kept, the rest is counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from occ_media_cli.report.judged import Case, ReportFinding
    from occ_media_cli.vocabulary import Severity


MOST_FAILED = 100
"""How many cases that could not be judged are named."""


@dataclass(slots=True)
class Picked:
    """The findings that are shown, in the order of the report, and how many there are in all.

    failed: cases that could not be judged, the first of `failures`.
    """

    shown: Sequence[ReportFinding] = ()
    total: int = 0
    failed: Sequence[Case] = ()
    failures: int = 0

    @property
    def left_out(self) -> int:
        """How many are not shown."""
        return self.total - len(self.shown)


@dataclass(slots=True)
class _Shelf:
    """The first findings of one weight, with their places in the report."""

    cap: int
    kept: list[tuple[int, ReportFinding]] = field(default_factory=list)

    def offer(self, place: int, finding: ReportFinding) -> None:
        if len(self.kept) < self.cap:
            self.kept.append((place, finding))


def pick(cases: Iterable[Case], cap: int) -> Picked:
    """At most `cap` findings: errors before warnings before notes, suppressed ones last; memory is bounded by `cap`."""
    shelves = [_Shelf(cap) for _ in range(4)]
    total = failures = 0
    failed: list[Case] = []
    for case in cases:
        if case.failed:
            failures += 1
            if failures <= MOST_FAILED:
                failed.append(case)
        for finding in case.findings:
            shelves[weight(finding)].offer(total, finding)
            total += 1
    kept = [pair for shelf in shelves for pair in shelf.kept][:cap]
    return Picked([finding for _, finding in sorted(kept, key=lambda pair: pair[0])], total, failed, failures)


def weight(finding: ReportFinding) -> int:
    """0 for an error, 1 for a warning, 2 for a note, 3 for what is suppressed: what is left out goes from the end."""
    return 3 if finding.suppressed is not None else 2 - finding.severity.rank


def place_of(finding: ReportFinding) -> str:
    """Where it is, in one piece of text: the path and the line, else the inbox and the entry."""
    if finding.path is not None:
        return finding.path if finding.line is None else f"{finding.path}:{finding.line}"
    return ", ".join(part for part in (finding.inbox, finding.entry) if part)


def fails(finding: ReportFinding, fail_on: Severity | None) -> bool:
    """Whether the finding makes its case fail: not suppressed, and at or above the severity that fails."""
    return fail_on is not None and finding.suppressed is None and finding.severity.rank >= fail_on.rank


def more(number: int, what: str, rest: str | None, *, plural: str | None = None) -> str:
    """What stands for that which a format leaves out: `1,110 more findings; all: occ-media audit …`."""
    return f"{number:,} more {what if number == 1 else plural or what + 's'}; all: {rest or '--format json'}"
