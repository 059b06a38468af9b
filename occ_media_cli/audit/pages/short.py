"""The page of an audit that people read on a terminal: how much was looked at, a row a rule, examples, the counts."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.audit.pages import periods
from occ_media_cli.audit.verdict import Outcome
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Block, Column, Line, Lines, Span, Table
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from occ_media_cli.audit.audit_scope import AuditScope
    from occ_media_cli.audit.engine import Audit
    from occ_media_cli.audit.finding import AuditFinding
    from occ_media_cli.audit.verdict import VerdictRow
    from occ_media_cli.report.blocks import Style

COLUMNS = (
    Column("severity", "Severity", "state"),
    Column("rule", "Rule", "id"),
    Column("findings", "Findings", "count"),
    Column("judged", "Judged", "count"),
    Column("where", "Where", "text"),
)


WHOLE = "the whole ledger"

WIDTH = 100
"""Characters of a line that lists rules; the next line goes on."""


def _period(scope: AuditScope) -> str:
    """The window as people read it: midnights are dates."""
    since, until = _bound(scope.since), _bound(scope.until)
    if since and until:
        return f"{since} to {until} ({scope.zone})"
    return f"from {since} ({scope.zone})" if since else f"until {until} ({scope.zone})" if until else WHOLE


def _bound(moment: int | None) -> str | None:
    if moment is None:
        return None
    text = times.text(moment)
    return text[:10] if text.endswith("T00:00:00.000Z") else text


def _looked_at(audit: Audit) -> str:
    """`48,210 entries in 5 inboxes, 2026-01-01 to 2026-04-01`."""
    people = audit.people
    boxes = words.plural(people.boxes, "inbox", "inboxes")
    return f"{words.plural(people.entries, 'entry')} in {boxes}, {_period(audit.scope)}"


def blocks(audit: Audit, *, whole: bool = False, one_rule: str = "") -> list[Block]:
    """How much was looked at, a row a rule, examples of each, the counts.

    whole: every finding instead of examples. one_rule: what a reader types before a rule's id to see all its findings.
    """
    found = audit.rows
    made: list[Block] = []
    if not audit.people.entries:
        made.append(Lines([_nothing(audit)]))
    elif found:
        made.append(Lines([_looked_at(audit)]))
    if found:
        judged = {verdict.rule.id: verdict.judged for verdict in audit.verdicts}
        rows = [(row.severity.value, row.rule.id, row.count, judged[row.rule.id], row.where) for row in found]
        made.append(Table(COLUMNS, rows))
        listed = [row for row in found if row.severity is not Severity.NOTE or whole]
        made += [_all(audit, row) if whole else Lines(["", *_examples(row, one_rule)]) for row in listed]
    elif audit.people.entries:
        ran = sum(not verdict.failed for verdict in audit.verdicts)
        none = f"No findings by {ran:,} of {words.plural(len(audit.verdicts), 'rule')}"
        empty = all(verdict.empty for verdict in audit.verdicts)
        said = none if audit.incomplete else "Nothing was judged" if empty else "No findings"
        made.append(Lines([f"{said} in {_looked_at(audit)}"]))
    if audit.before is not None:
        made += periods.blocks(audit, audit.before)
    made += _nothing_judged(audit)
    made += _own_line(audit)
    made.append(Lines(["", *_totals(audit)] if found else _totals(audit)))
    return made


def _nothing(audit: Audit) -> str:
    """An empty period is no clean one, and never reads like it."""
    people, span = audit.people, _period(audit.scope)
    inside = f" in {words.items(audit.scope.inboxes)}" if audit.scope.inboxes else ""
    if people.first is None or people.last is None:
        has = "the ledger has none yet" if audit.head.ledger else "there is no ledger"
        return f"No entries: nothing was judged; {has}"
    when = "" if span == WHOLE else f" {span}" if span.startswith(("from", "until")) else f" from {span}"
    has = f"the ledger has {times.text(people.first)[:10]} to {times.text(people.last)[:10]}"
    return f"No entries{inside}{when}: nothing was judged; {has}"


def _heading(row: VerdictRow) -> Line:
    style: Style = "plain" if row.severity is Severity.NOTE else row.severity.value  # type: ignore[assignment]  # is one
    return (Span(row.severity.value, style), " ", Span(row.rule.id, "bold"), f": {row.rule.heading(row.count)}")


def _examples(row: VerdictRow, one_rule: str) -> Iterator[Line]:
    yield _heading(row)
    yield from _grouped(row.examples)
    more = row.count - len(row.examples)
    if more > 0:
        yield f"  {words.plural(more, 'more finding')}" + (f": add {one_rule} {row.rule.id}" if one_rule else "")


def _all(audit: Audit, row: VerdictRow) -> Lines:
    """Every finding of a rule that was asked for, as they come."""

    def lines() -> Iterator[Line]:
        yield ""
        yield _heading(row)
        yield from _grouped(audit.findings_of(row))

    return Lines(lines())


def _grouped(findings: Iterable[AuditFinding]) -> Iterator[Line]:
    """Findings under the inbox and setting that they share: the setting on every row would hide the files."""
    before: str | None = None
    for found in findings:
        if found.under != before and found.under:
            yield (Span(f"  {found.under}", verbatim=True),)
        before = found.under
        when = f"{times.text(found.time)}  " if found.time is not None else ""
        unsure = "  (uncertain)" if found.uncertain else ""
        yield (Span(f"    {when}{found.example or found.message}{unsure}", verbatim=True),)
        if found.entry is not None:
            yield (Span(f"      {found.entry}", verbatim=True),)


def _nothing_judged(audit: Audit) -> list[Block]:
    """The rules of whose silence nothing follows, together where they say the same."""
    found: dict[str, list[str]] = {}
    for verdict in audit.verdicts:
        why = verdict.empty
        if why is not None:
            found.setdefault(why, []).append(verdict.rule.id)
    lines: list[Line] = []
    for why, rules in sorted(found.items(), key=lambda pair: (pair[0] != Outcome.EMPTY, pair[0])):
        lines += wrap(f"{why}: {', '.join(rules)}", WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    return [Lines(["", *lines] if audit.rows else lines)] if lines else []


def _own_line(audit: Audit) -> list[Block]:
    """What the counts below do not say: rules that could not be judged, and a ledger that is not the usual one.

    That the whole ledger was verified is what an audit does; what is not so is said.
    """
    lines: list[Line] = [
        (Span("not judged", "warning"), f"  {v.rule.id}: {v.skipped}") for v in audit.verdicts if v.failed
    ]
    found = audit.integrity
    if (not found.verified and audit.head.ledger) or found.mark is not None or found.altered:
        style: Style = "error" if found.altered else "plain" if found.verified else "warning"
        lines.append((Span(f"ledger {found.in_words()}", style),))
    return [Lines(lines)] if lines else []


def totals(audit: Audit) -> str:
    """The counts in words: `13 errors, 41 warnings, 310 notes`."""
    return ", ".join(words.plural(audit.count(severity), severity.value) for severity in reversed(Severity))


def _totals(audit: Audit) -> list[Line]:
    rest = f"{audit.suppressed:,} suppressed, {audit.people.unjudged:,} unjudged"
    incomplete = f"; incomplete: {audit.why_incomplete}" if audit.incomplete else ""
    return [f"{totals(audit)}; {rest}{incomplete}"]
