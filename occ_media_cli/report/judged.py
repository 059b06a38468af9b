"""What a report judged, as the formats of CI systems need it: cases, their findings, and the rules these are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from occ_media_cli.values import EMPTY, value
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from occ_media_cli.report.json_types import Json


@value
class ControlInfo:
    """A control of a standard that a rule serves: the standard's name, the number, what it is about, and why."""

    framework: str
    number: str
    title: str | None
    why: str


@value
class RuleInfo:
    """What a format needs to name a rule or a problem code. judged, not_judged: how much it had to judge, and how much
    it could not; None where nobody knows. controls: of standards, that it serves."""

    id: str
    severity: Severity
    title: str
    why: str = ""
    fix: str = ""
    judged: int | None = None
    not_judged: int | None = None
    controls: Sequence[ControlInfo] = ()


@value
class ReportFinding:
    """One thing that is wrong, in one place.

    path: a file, as it was given, and line: where in it, from 1; entry: a ledger entry, as SOURCE:ID; at least one of
    path, inbox and entry is set.
    fingerprint: stable over runs, so that baselines and CI systems can follow a finding.
    suppressed: the reason of the suppression that covers it, or None.
    """

    rule: str
    severity: Severity
    message: str
    help: str = ""
    path: str | None = None
    inbox: str | None = None
    entry: str | None = None
    time: str | None = None
    fingerprint: str = ""
    evidence: Mapping[str, Json] = EMPTY
    suppressed: str | None = None
    line: int | None = None

    def __post_init__(self) -> None:
        if self.path is None and self.inbox is None and self.entry is None:
            msg = f"a finding of {self.rule} needs a place"
            raise ValueError(msg)


@value
class Case:
    """One thing that was looked at: a file of a check or a rule of an audit.

    A case without findings and without `skipped` has passed; `skipped` says why it was not judged. failed: it could not
    be judged though it should have been, so that the report is not complete.
    """

    name: str
    findings: Sequence[ReportFinding] = ()
    skipped: str | None = None
    failed: bool = False

    def in_words(self) -> str:
        """That it was not judged, and why."""
        return f"not judged: {self.name}: {self.skipped}"
