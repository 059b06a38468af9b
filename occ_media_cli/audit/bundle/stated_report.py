"""What the report of a bundle states, read a finding at a time, and whether its counts and its sheet say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from occ_media_cli.audit.bundle import enclosed_views, manifest_facts
from occ_media_cli.audit.bundle.enclosed_views import Unreadable
from occ_media_cli.decoding import decode
from occ_media_cli.report import safe
from occ_media_cli.vocabulary import Severity

Lines = Callable[[str], Iterator[bytes]]
Problem = tuple[str, str]


@dataclass(slots=True)
class StatedFindings:
    """The findings of a report, a rule at a time: how many, and a hash over them in their order."""

    counts: Counter[str] = field(default_factory=Counter)
    at: Counter[str] = field(default_factory=Counter)
    cells: Counter[tuple[str, str]] = field(default_factory=Counter)
    hashes: dict[str, Any] = field(default_factory=dict)
    entries: set[tuple[object, object]] = field(default_factory=set)

    def add_finding(self, record: Mapping[str, Any]) -> None:
        """Sum a finding up, in the form in which a report has it."""
        rule, by = str(record["rule"]), record["suppressed"]
        self.counts[rule] += 1
        kind = "suppressed" if by is not None else str(record["severity"])
        self.at[kind] += 1
        self.cells[rule, kind] += 1
        self.hashes.setdefault(rule, sha256()).update(record_bytes(record) + b"\n")
        if record["entry"] is not None:
            self.entries.add((record["source"], record["entry"]))


def read_report(lines: Lines) -> tuple[dict[str, Any], StatedFindings]:
    """The head of the report, and its findings summed up."""
    stated = StatedFindings()
    head: dict[str, Any] = {}
    for number, record in enumerate(records(lines)):
        if number == 0:
            head = record
        else:
            stated.add_finding(record)
    return head, stated


def records(lines: Lines) -> Iterator[dict[str, Any]]:
    """The head of a report, then its findings one by one, as this program writes them: one a line."""
    first, ended = True, False
    for line in lines(manifest_facts.REPORT):
        text = line.rstrip(b"\n")
        if first:
            ended = text.endswith(b"[]}")
            yield _record(text if ended else text + b"]}", {"findings"})
            first = False
        elif ended or text == b"]}":
            if ended:
                raise Unreadable(manifest_facts.REPORT, "has a line behind its end")
            ended = True
        else:
            yield _record(
                text.strip().removesuffix(b","), {"rule", "severity", "fingerprint", "entry", "source", "suppressed"}
            )
    if not ended:
        raise Unreadable(manifest_facts.REPORT, "does not end as a report does")


def _record(text: bytes, needed: set[str]) -> dict[str, Any]:
    try:
        record = decode(text, largest=enclosed_views.LARGEST_LINE)
    except ValueError as problem:
        raise Unreadable(manifest_facts.REPORT, f"has a line that is no finding: {problem}") from None
    if not isinstance(record, dict) or not needed <= set(record):
        raise Unreadable(manifest_facts.REPORT, "has a line that is no finding")
    return record


def record_bytes(record: Mapping[str, Any]) -> bytes:
    """A finding as the bytes that are compared."""
    return safe.json(dict(record)).encode("ascii")


def count_problems(head: Mapping[str, Any], stated: StatedFindings, names: Sequence[str]) -> Iterator[Problem]:
    """Whether the counts of the report are those of its findings."""
    summary = head.get("summary")
    kinds = (*(severity.value for severity in Severity), "suppressed")
    for name in kinds:
        if not isinstance(summary, dict) or summary.get(name) != stated.at[name]:
            yield manifest_facts.REPORT, f"counts another number of {name} findings than it has"
    by_rule = summary.get("by_rule") if isinstance(summary, dict) else None
    if by_rule is None:
        return  # an older version counted none
    told = {each.get("rule"): each for each in by_rule if isinstance(each, dict)} if isinstance(by_rule, list) else {}
    for rule in sorted({*names, *stated.counts}):
        if any(told.get(rule, {}).get(kind) != stated.cells[rule, kind] for kind in kinds):
            yield manifest_facts.REPORT, f"counts other findings of {rule} than it has"


def sheet_problems(lines: Lines, window: object) -> Iterator[Problem]:
    """Whether the sheet says what the report says. window: as the head of the report has it; older ones have none."""
    from occ_media_cli.audit.pages.audit_document import SHEET
    from occ_media_cli.report import formats
    from occ_media_cli.report.blocks import Table
    from occ_media_cli.report.formats import screen
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.time_window import Window

    findings = records(lines)
    next(findings, None)
    again, enclosed = sha256(), sha256()
    try:
        looked = Window(window["since"], window["until"], window["zone"]) if isinstance(window, dict) else None
        sheet = Report(schema="", title="", sheet=Table.of(SHEET, findings), window=looked)
        for chunk in formats.render(sheet, "csv", screen.OF_FILE):
            again.update(chunk)
    except (KeyError, TypeError, ValueError, AttributeError):
        yield manifest_facts.REPORT, "has a finding that no sheet can show"
        return
    for line in lines("findings.csv"):
        enclosed.update(line)
    if again.digest() != enclosed.digest():
        yield "findings.csv", "says something else than report.json"
