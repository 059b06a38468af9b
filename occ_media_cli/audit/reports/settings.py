"""Settings: which setting was in force when, and who set it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit.audit_scope import EVER_BEFORE, FOREVER, AuditScope
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.reports.answer import Answer, choose_columns, inbox_names, not_drawn
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Block, Column, Group, Span, Table
from occ_media_cli.report.lanes import Lane, Lanes, Stretch

QUESTION = "Which setting was in force when, and who set it?"

SQL = """
SELECT s.inbox, s.version, s.valid_from_ms, s.valid_to_ms, s.send, s.receive, s.message, s.scan, nullif(s.actor, ''),
  s.reason, s.set_ms, s.wall_ms, s.inbox_id
FROM setting s
WHERE s.valid_from_ms < :until_ms AND s.valid_to_ms > :since_ms
ORDER BY s.inbox, s.inbox_id, s.valid_from_ms"""

COLUMNS = (
    Column("inbox", "Inbox", "id"),
    Column("version", "Version", "count"),
    Column("from", "From", "time"),
    Column("to", "Until", "time"),
    Column("receive", "Receive", "state"),
    Column("send", "Send", "state"),
    Column("actor", "By", "id"),
    Column("reason", "Reason", "text"),
    Column("made", "Made", "time"),
    Column("message", "Customers read", "text"),
    Column("scan", "Scan", "text"),
)

SHOWN, _cells = choose_columns(COLUMNS, "version", "from", "to", "receive", "send", "actor", "reason", "message")


def shown(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...] | Group]:
    """Rows under their inbox."""
    before = None
    for row in rows:
        if row[0] != before:
            yield Group((Span(str(row[0]), verbatim=True),))
        before = row[0]
        yield _cells(row)


def build(source: RuleSource, scope: AuditScope) -> Answer:
    """Every setting version that was in force in the period, by inbox and time."""
    rows: list[tuple[Any, ...]] = []
    spans: list[tuple[str, int, int, bool]] = []
    numbers: set[int] = set()  # not names: one may have been another inbox's before
    names = inbox_names(source)
    for row in source.query(SQL, scope.values()):
        if scope.inboxes and row[0] not in scope.inboxes:
            continue
        start, end = int(row[2]), int(row[3])
        version = int(row[1]) if int(row[1]) > 0 else None
        inbox = names[int(row[12])]
        rows.append((
            inbox, version, times.text(start), None if end == FOREVER else times.text(end), words.on_off(row[5]),
            words.on_off(row[4]), row[8], row[9], times.optional_text(row[11]), row[6], row[7],
        ))  # fmt: skip
        spans.append((inbox, start, end, bool(row[5])))
        numbers.add(int(row[12]))
    inboxes = len(numbers)
    return Answer(
        "Settings in force", QUESTION, COLUMNS, rows,
        f"{words.plural(len(rows), 'setting version')} in {words.plural(inboxes, 'inbox', 'inboxes')}",
        blocks=[Table(SHOWN, list(shown(rows)))] if rows else [],
        figures=lanes(spans, scope),
        totals={"versions": len(rows), "inboxes": inboxes},
        empty="No setting was in force in this period.",
    )  # fmt: skip


MOST_LANES = 30


MOST_TICKS = 400
"""Moments that are drawn on one line; all of them are counted."""


def lanes(
    spans: list[tuple[str, int, int, bool]], scope: AuditScope, errors: Mapping[str, Sequence[int]] | None = None
) -> list[Block]:
    """When receiving was on and off in each inbox.

    errors: the moment of every error by inbox, None where nobody looked for errors; of many, some are drawn above the
    line, spread over all of them.
    """
    ticks = errors or {}
    starts = [span[1] for span in spans] + [min(each) for each in ticks.values() if each]
    if not starts:
        return []
    since, until = scope.values()["since_ms"], scope.values()["until_ms"]
    start = int(since) if since != EVER_BEFORE else min(starts)
    end = min(int(until) if until != FOREVER else scope.now, max(scope.now, start + 1))
    if end <= start:
        return []
    by_inbox: dict[str, list[Stretch]] = {}
    for name, begin, finish, on in spans:
        low, high = max(begin, start), min(finish, end)
        if low < high:
            drawn = by_inbox.setdefault(name, [])
            word = "on" if on else "off"
            if drawn and (drawn[-1].end, drawn[-1].word) == (low, word):  # another setting, and receiving as before
                low = drawn.pop().start
            drawn.append(Stretch(low, high, word))
    wanted = sorted(by_inbox, key=lambda name: (-len(ticks.get(name, ())), name))[:MOST_LANES]
    found = [_lane(name, by_inbox[name], ticks.get(name, ()), (start, end)) for name in sorted(wanted)]
    off = sum(any(stretch.word == "off" for stretch in lane.stretches) for lane in found)
    rest = not_drawn(len(by_inbox) - len(found), "inbox", "inboxes")
    return [
        Lanes(
            "When was receiving on?", start, end, times.text(start)[:10], times.text(end)[:10], found,
            tick=None if errors is None else ("error", "errors"),
            caption=f"off for a while in {off} of {len(found)}{rest}",
        )
    ] if found else []  # fmt: skip


def _lane(name: str, stretches: Sequence[Stretch], moments: Sequence[int], period: tuple[int, int]) -> Lane:
    inside = sorted(moment for moment in moments if period[0] <= moment < period[1])
    if len(inside) <= MOST_TICKS:
        return Lane(name, stretches, inside)
    drawn = [inside[number * len(inside) // MOST_TICKS] for number in range(MOST_TICKS)]
    counts = [bisect_left(inside, stretch.end) - bisect_left(inside, stretch.start) for stretch in stretches]
    return Lane(name, stretches, drawn, counts, len(inside))
