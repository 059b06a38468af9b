"""An audit as a report: the document for programs (contracts.md §7), with the page for people that goes with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from occ_media_cli import times
from occ_media_cli.audit.controls import FRAMEWORKS
from occ_media_cli.audit.engine import Audit
from occ_media_cli.audit.finding import AuditFinding
from occ_media_cli.audit.integrity import notices
from occ_media_cli.audit.pages import short
from occ_media_cli.audit.pages.reader_commands import ReaderCommands
from occ_media_cli.audit.rule import AuditRule
from occ_media_cli.audit.verdict import Verdict
from occ_media_cli.report import judged, safe
from occ_media_cli.report.blocks import Block, Column, Line, Table
from occ_media_cli.report.json_types import Json
from occ_media_cli.report.judged import Case
from occ_media_cli.report.model import Report
from occ_media_cli.vocabulary import Severity

SCHEMA = "occ-media/audit/1"

SHEET = (
    Column("rule", "Rule", "id"),
    Column("severity", "Severity", "state"),
    Column("inbox", "Inbox", "id"),
    Column("time", "Time", "time"),
    Column("entry", "Entry", "id"),
    Column("source", "Source", "id"),
    Column("file", "File", "path"),
    Column("setting_version", "Setting version", "count"),
    Column("message", "Message", "text"),
    Column("suppressed", "Suppressed", "text", of=lambda found: _reason(found["suppressed"])),
    Column("uncertain", "Uncertain", "state", of=lambda found: found.get("uncertain", False)),
    Column("fingerprint", "Fingerprint", "id"),
    Column("evidence", "Evidence", "text", of=lambda found: safe.json(found["evidence"])),
)


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """The request behind an audit, and the commands that a page names, in the words of the caller.

    rules: ids of the rules that were asked for alone, which are then listed whole. counts_last: the last line is the
    counts, for formats that go to a file and leave only that line on the screen. commands: what a reader may
    type for more. made: by whom.
    """

    rules: Sequence[str] = ()
    fail_on: Severity | None = Severity.ERROR
    commands: ReaderCommands = field(default_factory=ReaderCommands)
    source: str | None = None
    counts_last: bool = False
    made: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The long page of an audit, made by `pages`."""

    blocks: Sequence[Block]
    verdict: Line
    about: Sequence[Line]


def document(audit: Audit, asked: AuditQuestion, page: Page | None = None) -> Report:
    """The report of an audit, in every format. page: what a format with headings shows, instead of the short page."""
    return Report(
        schema=SCHEMA,
        title="Media audit",
        head={
            "since": times.optional_text(audit.scope.since),
            "until": times.optional_text(audit.scope.until),
            "inboxes": list(audit.scope.inboxes) or None,
            "ledger_head": audit.head.state,
            "ledger_entries": audit.head.entries,
            "verified_head": audit.head.verified,
            "entries": audit.people.entries,
            "incomplete": audit.incomplete,
            "integrity": audit.integrity.as_json(audit.head),
            "summary": summary(audit),
            "compare": None if audit.before is None else compared(audit.before),
            "controls": [
                {"rule": v.rule.id, **control.as_json()} for v in audit.verdicts for control in v.rule.controls
            ],
            "skipped": [{"rule": v.rule.id, "reason": v.skipped} for v in audit.verdicts if v.skipped is not None],
        },
        records_key="findings",
        records=(found.record() for found in audit.findings),
        blocks=short.blocks(audit, whole=bool(asked.rules), one_rule=asked.commands.one_rule)
        if page is None
        else page.blocks,
        answer=short.totals(audit) if page is not None or asked.counts_last else f"ledger head {audit.head.state}",
        hints=(asked.commands.hint,) if audit.ranked and asked.commands.hint else (),
        cases=cases(audit),
        rules=[model_rule(verdict) for verdict in audit.verdicts],
        sheet=Table.of(SHEET, (found.record() for found in audit.findings)),
        fail_on=asked.fail_on,
        source=asked.source,
        rest=asked.commands.rest or None,
        made=asked.made,
        window=audit.scope.window,
        notices=notices(audit.head),
        about=page.about if page is not None else (),
        verdict=page.verdict if page is not None else None,
    )


def summary(audit: Audit) -> dict[str, Json]:
    """The counts of the document, all together and by rule."""
    return {
        **{severity.value: audit.count(severity) for severity in reversed(Severity)},
        "suppressed": audit.suppressed,
        "unjudged": audit.people.unjudged,
        "by_rule": [{"rule": verdict.rule.id, **verdict.counts} for verdict in audit.verdicts],
    }


def compared(before: Audit) -> dict[str, Json]:
    """The same counts of the period that this one is compared with."""
    window = before.scope.window.as_json()
    return {"window": window, "entries": before.people.entries, "incomplete": before.incomplete, **summary(before)}


def model_rule(verdict: Verdict) -> judged.RuleInfo:
    """A rule as the formats of CI systems name it."""
    rule = verdict.rule
    return judged.RuleInfo(
        rule.id, rule.severity, rule.title, rule.why, " ".join(rule.fix), verdict.judged, verdict.not_judged,
        [
            judged.ControlInfo(FRAMEWORKS[each.framework].name, each.number, each.title, each.why)
            for each in rule.controls
        ],
    )  # fmt: skip


def model_finding(found: AuditFinding, rule: AuditRule) -> judged.ReportFinding:
    """A finding as the formats of CI systems show it."""
    entry = f"{found.source}:{found.entry}" if found.source and found.entry is not None else found.entry
    return judged.ReportFinding(
        rule=found.rule,
        severity=found.severity,
        message=found.message,
        help=rule.fix[0] if rule.fix else "",
        path=found.path,
        inbox=found.inbox if found.inbox is not None or found.path or entry else "ledger",
        entry=entry,
        time=times.optional_text(found.time),
        fingerprint=found.fingerprint,
        evidence=found.evidence,
        suppressed=str(found.suppressed["reason"]) if found.suppressed is not None else None,
    )


class _Findings(Sequence[judged.ReportFinding]):
    """A rule's findings, read from the spool each time they are asked for."""

    def __init__(self, audit: Audit, verdict: Verdict) -> None:
        self._audit, self._verdict = audit, verdict

    def __len__(self) -> int:
        return self._verdict.count + self._verdict.suppressed

    def __iter__(self) -> Iterator[judged.ReportFinding]:
        rule = self._verdict.rule
        return (model_finding(found, rule) for found in self._audit.findings.findings_of(rule.id))

    def __getitem__(self, index: int) -> judged.ReportFinding:  # type: ignore[override]  # formats only go through them
        from itertools import islice

        return next(islice(iter(self), index, None))


def cases(audit: Audit) -> Iterator[Case]:
    """One case a rule."""
    for verdict in audit.verdicts:
        why = verdict.skipped if verdict.skipped is not None else verdict.empty
        yield Case(verdict.rule.id, _Findings(audit, verdict), why, verdict.failed)


def _reason(suppressed: Json) -> Json:
    """Why a finding is suppressed, if it is."""
    return suppressed["reason"] if isinstance(suppressed, Mapping) else None
