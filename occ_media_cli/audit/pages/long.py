"""The audit as a page to hand over: verdict first, every section there even when it is empty, the head at both ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from occ_media_cli import __version__, times
from occ_media_cli.audit import audit_runs, reports
from occ_media_cli.audit.engine import Audit
from occ_media_cli.audit.finding import AuditFinding
from occ_media_cli.audit.pages import periods
from occ_media_cli.audit.pages.fact_box import fact_box
from occ_media_cli.audit.pages.finding_places import FindingPlaces, place_figures
from occ_media_cli.audit.reports import controls
from occ_media_cli.audit.reports.answer import veiled
from occ_media_cli.audit.verdict import Outcome, VerdictRow
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Block, Cell, Column, Facts, Group, Line, Lines, Section, Span, Table
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from occ_media_cli.audit.engines.interface import RuleSource
    from occ_media_cli.audit.pages.reader_commands import ReaderCommands
    from occ_media_cli.audit.pseudonyms.veil import Veil

SHOWN = 200
"""Findings of a rule that the page lists."""

RULES = (
    Column("severity", "Severity", "state"), Column("rule", "Rule", "id"), Column("findings", "Findings", "count"),
    Column("where", "Where", "text"), Column("fix", "What to do", "text"),
)  # fmt: skip
EVERY = (Column("rule", "Rule", "id"), *controls.COUNTS)
FINDINGS = (Column("time", "Time", "time"), Column("file", "File", "text"), Column("entry", "Entry", "id"))
SUPPRESSED = (
    Column("rule", "Rule", "id"), Column("inbox", "Inbox", "id"), Column("findings", "Findings", "count"),
    Column("reason", "Reason", "text"), Column("owner", "Owner", "id"), Column("expires", "Ends", "time"),
)  # fmt: skip

LIMITS = (
    "It shows what the ledger holds. A file that never reached the ledger is not in it.",
    "The hash chain shows every later edit, deletion and insertion. A tail that was cut off, and a ledger that was"
    " rewritten from some point on, show only against a checkpoint that is kept elsewhere.",
    "Where nobody looked at the bytes, the type of a file is what its name says.",
    "Retention, agents' current names and suppressions are judged as they stand now; settings and permissions as they"
    " stood at the time of each entry.",
)


def verdict(audit: Audit) -> Line:
    """The whole in one paragraph."""
    people = audit.people
    errors, warnings = audit.count(Severity.ERROR), audit.count(Severity.WARNING)
    where = (
        f"In {words.plural(people.boxes, 'inbox', 'inboxes')} and {words.plural(people.entries, 'entry')}"
        if people.entries
        else "The period holds no entry, so no file was judged"
    )
    worst = [v for v in audit.ranked if v.worst is Severity.ERROR]
    said = ", ".join(v.rule.heading(v.count_at(Severity.ERROR)) for v in worst[:3])
    more = f", and {words.plural(len(worst) - 3, 'further rule')} found errors" if len(worst) > 3 else ""
    unjudged = (
        f" {words.plural(people.unjudged, 'entry')} could not be judged, because no setting was in force."
        if people.unjudged
        else ""
    )
    head = f"{words.plural(errors, 'error')}, {words.plural(warnings, 'warning')}."
    body = f"{where}, {said}{more}." if said else f"{where}."
    broken = f" The audit is incomplete: {audit.why_incomplete}." if audit.incomplete else ""
    return f"{head} {body}{unjudged}{broken}"


REPORTS = (
    ("settings", "Settings in force"), ("shared", "What was shared"), ("attempts", "Attempts refused"),
    ("senders", "Senders"), ("storage", "Storage"), ("coverage", "Scan coverage"), ("retention", "Retention"),
)  # fmt: skip
"""The reports about the whole ledger that the page holds, and their headings."""


def blocks(audit: Audit, source: RuleSource, commands: ReaderCommands, *, veil: Veil | None) -> list[Block]:
    """The page. commands: what its reader may type for more."""
    told = [veiled(reports.build(name, source, audit.scope), veil).section(heading) for name, heading in REPORTS]
    return around(audit, source, commands, told, veil=veil)


def around(
    audit: Audit, source: RuleSource, commands: ReaderCommands, told: Sequence[Section], *, veil: Veil | None
) -> list[Block]:
    """The page with reports that are made already. source: of what stands on record and which settings were when."""
    places = FindingPlaces.collect_places(audit)
    drawn = place_figures(audit, source, places)
    found: list[Block] = [
        fact_box(audit, audit_runs.on_record(source, veil)),
        Section("Findings by rule", _by_rule(audit)),
        *([] if audit.before is None else [Section("Against another period", periods.blocks(audit, audit.before))]),
        Section("Where and when", drawn if veil is None else [veil.picture(block) for block in drawn]),
    ]
    each: list[Block] = [_rule(audit, row, commands) for row in audit.rows]
    found += [
        Section("Findings", each or [Lines(_quiet(audit, "rule"))]),
        *told,
        Section("Suppressed", _suppressed(places)),
        Section("How this was made", _method(audit, veil, commands)),
        Section("Ledger head", [Facts([("Head", audit.head.state, "id"), ("Entries", audit.head.entries, "count")])]),
    ]
    return found


def _entries(audit: Audit) -> str:
    return words.plural(audit.people.entries, "entry")


def _by_rule(audit: Audit) -> list[Block]:
    """The rules that found something, with what to do, and what each rule had to judge."""
    rows: list[tuple[Cell, ...]] = [
        (row.severity.value, row.rule.id, row.count, row.where, row.rule.fix[0]) for row in audit.rows
    ]
    every = [(verdict.rule.id, *controls.counts_of(audit, verdict)) for verdict in audit.verdicts]
    caption = "What each rule had to judge: entries, changes, settings or what else it looks at"
    return [
        *([Table(RULES, rows)] if rows else []),
        Lines(_quiet(audit, "further rule" if rows else "rule")),
        Table(EVERY, every, caption=caption),
    ]


def _quiet(audit: Audit, rule: str) -> list[Line]:
    """The rules without a finding, by why: only one that had something to judge has found nothing."""
    rules: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
    for verdict in audit.verdicts:
        rules[audit.outcome(verdict)].append(verdict.rule.id)
    nothing, empty, covered, skipped = (
        rules[outcome] for outcome in (Outcome.NOTHING, Outcome.EMPTY, Outcome.SUPPRESSED, Outcome.SKIPPED)
    )
    where = f" in {_entries(audit)}" if not audit.ranked else ""
    said = [
        (nothing, f"{words.plural(len(nothing), rule)} {Outcome.NOTHING}{where}."),
        (empty, f"{words.plural(len(empty), rule)} had {Outcome.EMPTY}."),
        (covered, f"{words.plural(len(covered), rule)} found only what is suppressed."),
        (skipped, f"{words.plural(len(skipped), 'rule')} could not be judged here: {', '.join(skipped)}."),
    ]
    return [line for some, line in said if some]


def _rule(audit: Audit, row: VerdictRow, commands: ReaderCommands) -> Section:
    rule = row.rule
    fixes = list(rule.fix) if len(rule.fix) == 1 else [f"{n}. {step}" for n, step in enumerate(rule.fix, 1)]
    caption = f"{words.plural(row.count, 'finding')}"
    if row.count > SHOWN:
        caption = f"{SHOWN} of {row.count:,} findings"
        caption += f"; all: {commands.audit} {commands.one_rule} {rule.id}" if commands.audit else ""
    severity = row.severity
    style: Line = (Span(severity.value, "error" if severity is Severity.ERROR else "plain"), f": {rule.why}")
    return Section(
        f"{rule.id}: {rule.heading(row.count)}",
        [
            Lines(
                [
                    style,
                    *(("How to fix it: " if n == 0 else "") + step for n, step in enumerate(fixes)),
                    *(f"Serves {control.name}: {control.why}" for control in rule.controls),
                ]
            ),
            Table(FINDINGS, list(finding_rows(audit, row)), caption=caption),
        ],
    )


def finding_rows(audit: Audit, row: VerdictRow) -> Iterator[tuple[Cell, ...] | Group]:
    """The findings of a rule that the page lists."""
    before: str | None = None
    for found in islice(audit.findings_of(row), SHOWN):
        if found.under and found.under != before:
            yield Group((Span(found.under, verbatim=True),))
        before = found.under
        yield _cells(found)


def _cells(found: AuditFinding) -> tuple[Cell, ...]:
    text = found.example or found.message
    if found.uncertain:
        text += " (uncertain: the settings were edited by hand around that time)"
    return (times.optional_text(found.time), text, found.entry)


def _suppressed(places: FindingPlaces) -> list[Block]:
    if not places.suppressed:
        return [Lines(["No finding is suppressed."])]
    rows: list[tuple[Cell, ...]] = [
        (rule, inbox, count, reason, owner, expires)
        for (rule, inbox, reason, owner, expires), count in sorted(places.suppressed.items(), key=lambda p: str(p[0]))
    ]
    return [Table(SUPPRESSED, rows)]


def made_by(names: Sequence[str]) -> str:
    """By what a page was made. names: the rules."""
    many = words.plural(len(names), "rule")
    return f"Made by occ-media {__version__} from the ledger alone, by {many}: {', '.join(names)}."


def _method(audit: Audit, veil: Veil | None, commands: ReaderCommands) -> list[Block]:
    skipped = [f"{v.rule.id} was not judged: {v.skipped}" for v in audit.verdicts if v.skipped is not None]
    lines: list[Line] = [
        made_by([v.rule.id for v in audit.verdicts]),
        "Each entry was judged by the setting version in force at its millisecond.",
        *skipped,
    ]
    if veil is not None:
        lines.append("Customers, conversations, agents, entries and file names are pseudonyms made with a key.")
    run = f"Run {commands.verify} and compare" if commands.verify else "Verify the ledger and compare"
    return [
        Lines(lines),
        Section("What this report cannot show", [Lines([*LIMITS, *((veil.cannot,) if veil is not None else ())])]),
        Section("How to verify it", [Lines([f"{run} the head below.", *filter(None, [commands.rule_text])])]),
    ]  # fmt: skip
