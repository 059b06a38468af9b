"""A period against another one: how many findings each rule had, and how many errors there were to 1,000 entries.

Rules that speak of what stands now, or of what grows with time, say the same of either period or more of the older one
by itself: they are left out and named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report import words
from occ_media_cli.report.blocks import Block, Cell, Column, Lines, Table
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from occ_media_cli.audit.engine import Audit

COLUMNS = (
    Column("severity", "Severity", "state"), Column("rule", "Rule", "id"), Column("before", "Before", "count"),
    Column("now", "Now", "count"), Column("change", "Change", "id"), Column("judged_before", "Judged before", "count"),
    Column("judged_now", "Judged now", "count"),
)  # fmt: skip


def blocks(audit: Audit, before: Audit) -> list[Block]:
    """The differences, worst first; a rule that found nothing in either period has no row."""
    old = {verdict.rule.id: verdict for verdict in before.verdicts}
    rows: list[tuple[Cell, ...]] = []
    for severity in reversed(Severity):
        for verdict in audit.verdicts:
            other = old[verdict.rule.id]
            was, now = other.count_at(severity), verdict.count_at(severity)
            if verdict.rule.comparable and (was or now):
                change = f"{now - was:+,}" if now != was else "0"
                rows.append((severity.value, verdict.rule.id, was, now, change, other.judged, verdict.judged))
    lines = [
        f"{words.plural(audit.people.entries, 'entry')}, {before.people.entries:,} before; {_rate(audit)} errors to"
        f" 1,000 entries, {_rate(before)} before"
    ]
    left_out = [verdict.rule.id for verdict in audit.verdicts if not verdict.rule.comparable]
    if left_out:
        lines.append(f"not compared, because they go by what stands now: {', '.join(left_out)}")
    if before.incomplete:
        lines.append("the period before is incomplete: a rule could not be judged in it, or the ledger was altered")
    title = f"Compared with {before.scope.window.in_words()}"
    return [Table(COLUMNS, rows, caption=title), Lines(lines)] if rows else [Lines([f"{title}: no findings", *lines])]


def _rate(audit: Audit) -> str:
    """Errors of what can be compared to 1,000 entries."""
    errors = sum(verdict.count_at(Severity.ERROR) for verdict in audit.verdicts if verdict.rule.comparable)
    return words.per_thousand(errors, audit.people.entries)
