"""What the rules found, by the controls of standards that they serve; exceptions; and when checks ran.

It judges the period as an audit does, and claims nothing about compliance: a control may ask for much that no rule
looks at, and whoever assesses decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit import engine as judging
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.controls import FRAMEWORKS, Control
from occ_media_cli.audit.engine import Audit
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.reports.answer import Answer, choose_columns, records_of
from occ_media_cli.audit.rules import RULES, chosen
from occ_media_cli.audit.suppress import Suppression, rows_of
from occ_media_cli.audit.verdict import Outcome, Verdict
from occ_media_cli.decoding import decode
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Block, Cell, Column, Group, Line, Lines, Row, Section, Span, Table
from occ_media_cli.report.time_window import Window
from occ_media_cli.vocabulary import Severity

QUESTION = "What did the rules find, by the controls that they serve, and when did checks run?"

COUNTS = (
    Column("error", "Errors", "count"), Column("warning", "Warnings", "count"), Column("note", "Notes", "count"),
    Column("suppressed", "Suppressed", "count"), Column("judged", "Judged", "count"),
    Column("not_judged", "Not judged", "count"), Column("result", "Result", "text"),
)  # fmt: skip
"""What pages say of each rule: its counts, and what came of it. `counts_of` makes the cells."""

COLUMNS = (
    Column("framework", "Standard", "text"), Column("control", "Control", "id"), Column("title", "About", "text"),
    Column("state", "State", "text"), Column("rule", "Rule", "id"), Column("why", "Why", "text"), *COUNTS,
)  # fmt: skip
SHOWN = ("rule", *(column.key for column in COUNTS))

EXCEPTIONS = (
    Column("rule", "Rule", "id"), Column("where", "Where", "text"), Column("state", "State", "state"),
    Column("owner", "Owner", "text"), Column("expires", "Ends", "time"), Column("findings", "Findings", "count"),
    Column("reason", "Reason", "text"),
)  # fmt: skip

RUNS = (
    Column("time", "Time", "time"), Column("made", "Clock of the machine", "time"), Column("what", "What", "text"),
    Column("result", "Result", "text"), Column("actor", "By", "text"),
)  # fmt: skip

AUDIT_RUN = "audit-run"
"""The kind of event that puts a run of the audit on record."""

CHECKS = {AUDIT_RUN: "audit", "ledger": "verification of the ledger", "retention": "check of the files that are kept"}
"""Checks that leave something on record, and what they are."""

LARGEST_LIST = 4_000_000
"""Bytes of the rules or inboxes of one audit on record."""

RECORDED = f"""
SELECT a.time_ms, a.wall_ms, '{AUDIT_RUN}' AS what, a.actor, a.verified AS ok, a.seq, a.since, a.until, a.inboxes,
  a.rules, a.errors, a.warnings, a.notes, a.suppressed, a.incomplete, a.differences
FROM audit_run a
UNION ALL
SELECT v.time_ms, v.wall_ms, v.subject, v.actor, v.ok, v.seq, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM verification v
ORDER BY 6"""

NEVER, NOT_WHOLE = "never recorded", "none on record by all rules with the ledger verified"

DISCLAIMER = "It says what the rules found. Whether a control is met is for whoever assesses it to decide."


def build(source: RuleSource, scope: AuditScope, path: Path | None = None) -> Answer:
    """The rules by control, judged in the period. path: the store or export, from which own rules are found; without
    it they are left out."""
    section = chosen.section(source)
    if path is None:
        section = {name: said for name, said in section.items() if not said.get("file")}
    folder, file = (path.parent, str(path)) if path is not None else (Path(), "the store")
    audit = judging.audit(source, chosen.choose((), section, folder, file), scope)
    rows = _rows(audit)
    exceptions = list(_exceptions(source, audit))
    runs = [(_run(row), row) for row in source.query(RECORDED, {}) if str(row[2]) in CHECKS]
    inside = [run for run, row in runs if _in_period(scope, int(row[0]), int(row[1]))]
    last = {
        what: next((run for run, row in reversed(runs) if row[2] == kind and _whole(row)), None)
        for kind, what in CHECKS.items()
    }
    never = {what: NOT_WHOLE if any(row[2] == kind for _, row in runs) else NEVER for kind, what in CHECKS.items()}
    states = {(row[0], row[1]): str(row[3]) for row in rows}
    counts = {word: sum(state == word for state in states.values()) for word in STATES}
    told = "; ".join(f"{count:,} {word}" for word, count in counts.items() if count)
    rules = len({row[4] for row in rows})
    return Answer(
        "Rules by control", QUESTION, COLUMNS, rows,
        f"{words.plural(len(states), 'control')}, served by {words.plural(rules, 'rule')}: {told}",
        blocks=[
            *_by_framework(rows),
            Section("Exceptions", _table(EXCEPTIONS, exceptions, "No suppression is in the settings.")),
            Section("When checks ran", [
                *_table(RUNS, inside, "No check is on record in this period."),
                Lines([_last(what, run, never[what]) for what, run in last.items()]),
            ]),
            Lines([DISCLAIMER]),
        ],
        totals={
            "controls": len(states), "rules": rules, "states": counts,
            "exceptions": records_of(EXCEPTIONS, exceptions), "runs": records_of(RUNS, inside),
            "last": [
                records_of(RUNS, [run if run is not None else (None, None, what, never[what], None)])[0]
                for what, run in last.items()
            ],
            "incomplete": audit.incomplete,
        },
        empty="No rule names a control.",
    )  # fmt: skip


STATES = (
    "with errors", "with warnings", "with notes only", "all suppressed", "judged in part", "without findings",
    "not judged",
)  # fmt: skip
"""The states of a control: the worst that its rules found; without findings only where they judged all they had."""


def _rows(audit: Audit) -> list[tuple[Cell, ...]]:
    served = [(control, verdict) for verdict in audit.verdicts for control in verdict.rule.controls]
    served.sort(key=lambda pair: (pair[0].order, pair[1].rule.id))
    rows: list[tuple[Cell, ...]] = []
    for (framework, number), group in groupby(served, key=lambda pair: (pair[0].framework, pair[0].number)):
        pairs = list(group)
        state = _state(audit, [verdict for _, verdict in pairs])
        rows += [_row(audit, framework, number, state, control, verdict) for control, verdict in pairs]
    return rows


def _row(audit: Audit, framework: str, number: str, state: str, control: Control, verdict: Verdict) -> tuple[Cell, ...]:
    return (
        FRAMEWORKS[framework].name, number, control.title, state, verdict.rule.id, control.why,
        *counts_of(audit, verdict),
    )  # fmt: skip


def counts_of(audit: Audit, verdict: Verdict) -> tuple[Cell, ...]:
    """The cells of `COUNTS` of a rule."""
    return (*verdict.counts.values(), audit.result(verdict))


def _state(audit: Audit, verdicts: Sequence[Verdict]) -> str:
    for severity, word in zip(reversed(Severity), STATES, strict=False):
        if any(verdict.count_at(severity) for verdict in verdicts):
            return word
    if any(verdict.suppressed for verdict in verdicts):
        return "all suppressed"
    silent = [audit.outcome(verdict) in (Outcome.SKIPPED, Outcome.EMPTY) for verdict in verdicts]
    if all(silent):
        return "not judged"
    whole = not any(silent) and not any(verdict.not_judged for verdict in verdicts)
    return "without findings" if whole else "judged in part"


def _by_framework(rows: Sequence[tuple[Cell, ...]]) -> Iterator[Block]:
    columns, cells = choose_columns(COLUMNS, *SHOWN)
    for framework, group in groupby(rows, key=lambda row: row[0]):
        shown: list[Sequence[Cell] | Row | Group] = []
        for (number, title, state), served in groupby(group, key=lambda row: row[1:4]):
            about = f" {title}" if title else ""
            heading: Line = (Span(str(number), "bold"), Span(f"{about}: {state}", verbatim=True))
            shown += [Group(heading), *(cells(row) for row in served)]
        yield Section(str(framework), [Table(columns, shown)])


def _exceptions(source: RuleSource, audit: Audit) -> Iterator[tuple[Cell, ...]]:
    """Every suppression of the store: who answers for it, until when, and how many findings it covers here."""
    for each in rows_of(list(source.query(judging.SUPPRESSIONS, {}))):
        if not audit.scope.inboxes or each.inbox is None or each.inbox in audit.scope.inboxes:
            where = ("one entry" if each.entry is not None else "every entry") + (
                f" of {each.inbox}" if each.inbox else ""
            )
            yield (
                each.rule, where, _standing(each, audit.scope.now), each.owner or None, each.expires or None,
                audit.covered.get(each.position, 0), each.reason or None,
            )  # fmt: skip


def _standing(each: Suppression, now: int) -> str:
    if not each.whole:
        return "incomplete"
    return "in force" if each.expires_ms is not None and now < each.expires_ms else "expired"


def _run(row: Sequence[Any]) -> tuple[Cell, ...]:
    """A check on record, and what came of it."""
    kind = str(row[2])
    result = _result(row) if kind == AUDIT_RUN else "right" if int(row[4]) else "found something wrong"
    return (times.text(int(row[0])), times.text(int(row[1])), CHECKS[kind], result, row[3])


def _result(row: Sequence[Any]) -> str:
    """What came of an audit on record: whether the ledger was right, its counts, and what it looked at."""
    since, until, inboxes, counts, differences = row[6], row[7], _listed(row[8]), row[10:14], int(row[15] or 0)
    ledger = (
        "ledger verified" if int(row[4])
        else f"LEDGER ALTERED: {words.plural(differences, 'difference')}" if differences
        else "ledger not verified"
    )  # fmt: skip
    named = [words.plural(int(count or 0), each.value) for count, each in zip(counts, reversed(Severity), strict=False)]
    rules = _listed(row[9])
    asked = "all rules" if _every_rule(rules) else words.plural(len(rules), "rule")
    window = Window(since, until, times.ZONE, inboxes).in_words()
    incomplete = ["incomplete"] if int(row[14] or 0) else []
    suppressed = f"{int(counts[3] or 0):,} suppressed"
    return "; ".join([ledger, *incomplete, f"{', '.join(named)}, {suppressed}", asked, window])


def _whole(row: Sequence[Any]) -> bool:
    """Whether a check is one of all: an audit counts where every rule of the program was judged and the ledger
    verified first."""
    return row[2] != AUDIT_RUN or ((bool(int(row[4])) or int(row[15] or 0) > 0) and _every_rule(_listed(row[9])))


def _every_rule(names: Sequence[str]) -> bool:
    return set(RULES) <= set(names)


def _listed(text: object) -> list[str]:
    """A list of names as a view has it."""
    return [] if text is None else [str(name) for name in decode(str(text), largest=LARGEST_LIST)]


def _in_period(scope: AuditScope, *moments: int) -> bool:
    """Whether it belongs to the period by either of its clocks."""
    since, until = scope.values()["since_ms"], scope.values()["until_ms"]
    return any(int(since) <= moment < int(until) for moment in moments)


def _last(what: str, run: tuple[Cell, ...] | None, never: str) -> str:
    if run is None:
        return f"newest {what}: {never}"
    return f"newest {what}: {run[0]}, {run[3]}, by {run[4] or 'somebody unknown'}"


def _table(columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]], empty: str) -> list[Block]:
    return [Table(columns, rows)] if rows else [Lines([empty])]
