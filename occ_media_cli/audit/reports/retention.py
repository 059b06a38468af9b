"""Retention: which files are due, overdue or held, and which come due next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.reports import retention_totals, sizes
from occ_media_cli.audit.reports.answer import Answer, inbox_names, inside, integers
from occ_media_cli.audit.rule import Value
from occ_media_cli.ledger import entries_sql as entries
from occ_media_cli.ledger.customers import OF_HELD_PERSON
from occ_media_cli.report import known_sizes, words
from occ_media_cli.report.blocks import Amount, Block, Calendar, Column, Figure
from occ_media_cli.vocabulary import CATEGORIES, code_sql, word_sql

QUESTION = "What is due, what is held, and what comes due next?"

STATES = (
    "held", "no hash", "unknown age", "overdue", "due", "next 30d", "next 60d", "next 90d", "later", "no rule",
)  # fmt: skip
"""In the order of a plan's reasons: a hold, then what is not known, then the rules. A file is in the first that fits.

overdue: due before today began (UTC); due: since then. no hash: it has no sha256 or no size, so no plan removes it.
unknown age: its time lies after the moment of the report, so nobody knows when it was shared.
"""

_NUMBERED = (*STATES[:3], STATES[-1], *STATES[3:-1])
"""The states in the order of the numbers that the texts for SQLite give them."""

COMES_UP = STATES[3:-1]
"""The states of files that a plan takes sooner or later."""

PAST_WEEKS = 4
"""Weeks before this one that the calendar shows at most; what was due before is one number."""

WEEK = 7 * times.DAY

AHEAD = 90 * times.DAY
"""How far the calendar looks ahead, in whole weeks."""

COLUMNS = (
    Column("state", "State", "text"),
    Column("inbox", "Inbox", "id"),
    Column("category", "Category", "text"),
    Column("files", "Files", "count"),
    Column("bytes", "Size", "size"),
    Column("without_hash", "Without hash or size", "count"),
    sizes.COLUMN,
)
SUMMARY = (
    Column("state", "State", "text"),
    Column("files", "Files", "count"),
    Column("bytes", "Size", "size"),
    Column("without_hash", "Without hash or size", "count"),
    sizes.COLUMN,
)


def waits() -> str:
    """How long each kind of file waits: the part of the rule `past-retention` that says so."""
    from occ_media_cli.audit.rules import load_rule

    text = load_rule("past-retention").sql
    start = text.index("JOIN (\n") + len("JOIN (\n")
    return text[start : text.index(") p\n", start)].strip()


@cache
def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


PARTS = {
    "entries": entries.FROM,
    "amended": entries.AMENDED,
    "with_bytes": entries.WITH_BYTES,
    "size": entries.SIZE,
    "bytes": entries.BYTES,
    "unhashed": entries.UNHASHED,
    "detected": entries.DETECTED,
    "held": entries.HELD,
    "of_person": OF_HELD_PERSON,
    "type_of_entry": entries.type_join(entries.DETECTED, "r.ext"),
    "type_of_total": entries.type_join("g.detected", "g.ext"),
    "category": code_sql("t.category", CATEGORIES, first=1),
    "known": f"""{entries.BYTES} AS size, ({entries.UNHASHED}) AS bare, r.ms + p.wait_ms AS due_ms,
  {entries.HELD} AS held""",
    "judged": """SELECT x.inbox, x.category, x.size, x.bare, x.due_ms,
  CASE
    WHEN x.held THEN 0
    WHEN x.bare THEN 1
    WHEN x.time_ms > :now_ms THEN 2
    WHEN x.due_ms IS NULL THEN 3
    WHEN x.due_ms < :today THEN 4
    WHEN x.due_ms <= :now_ms THEN 5
    WHEN x.due_ms <= :now_ms + 2592000000 THEN 6
    WHEN x.due_ms <= :now_ms + 5184000000 THEN 7
    WHEN x.due_ms <= :now_ms + 7776000000 THEN 8
    ELSE 9 END AS state""",
    "keyed": """SELECT ((s.inbox * 16 + s.category) * 16 + s.state) * 10000
  + CASE WHEN s.state >= 4 AND s.due_ms >= :since_day AND s.due_ms < :until_day
    THEN (s.due_ms - :since_day) / 86400000 + 1 ELSE 0 END AS key, s.size, s.bare""",
    "named": f"""i.id AS inbox, {word_sql("g.key / 160000 % 16", CATEGORIES, first=1)} AS category,
  {word_sql("g.key / 10000 % 16", _NUMBERED)} AS state,
  CASE WHEN g.key % 10000 > 0 THEN :since_day + (g.key % 10000 - 1) * 86400000 END AS day, g.files, g.bytes,
  g.without_hash""",
}
"""The parts that both texts for SQLite share: an entry as it stands, whether a hold reaches it, a category as a number,
what is known of it, the state that it is in, all of it in one whole number, and that number in words again."""


def texts(inside: str = "", *, totals: bool = False, unsized: bool = False) -> tuple[str, str]:
    """The portable text and one for SQLite. inside: a condition on `e.inbox`, as `answer.inside` makes it.

    totals: ask for the whole ledger, of the totals that it keeps. unsized: only for files whose size is not on record.
    """
    names = inside.removeprefix(" AND e.inbox")
    known = f" AND r.inbox IN (SELECT n.id FROM inbox_state n WHERE n.name{names})" if inside else ""
    tuned = retention_totals.text() if totals else _file("retention.sqlite.sql")
    if unsized:
        inside, known = f"{inside} AND e.size IS NULL", f"{known} AND {entries.SIZE} IS NULL"
    portable = _file("retention.sql").format(waits=waits(), inside=inside)
    return portable, tuned.format(waits=waits(), inside=known, **PARTS)


SPANS_TUNED = "SELECT coalesce(sum(last - first + 1), 0) AS places, (SELECT sum(files) FROM day_total) FROM day_span"
SPANS = "SELECT 1 AS places, 0 AS files"
"""How many places in the chain the days of the entries span, together, and how many entries there are."""


def _in_order(source: RuleSource) -> bool:
    """Whether the entries of a day stand together in the chain, so that looking for a few days is worth it."""
    places, entries = integers(next(iter(source.query(SPANS, {}, SPANS_TUNED))), 0, 1)
    return places <= 2 * entries


def parameters(scope: AuditScope) -> dict[str, Value]:
    """The values of the texts: those of the scope, when today began, and where the calendar begins and ends."""
    today = scope.now - scope.now % times.DAY
    since, until = _monday(today) - PAST_WEEKS * WEEK, _monday(today + AHEAD) + WEEK
    return {**scope.values(), "today": today, "since_day": since, "until_day": until}


def build(source: RuleSource, scope: AuditScope) -> Answer:
    """Stored files by what the retention rules in force and the holds say of them at the moment of the report."""
    values = parameters(scope)
    today, until = int(values["today"]), int(values["until_day"])
    scoped = inside(source, scope)
    portable, tuned = texts(scoped, totals=scope.whole and _in_order(source))
    cells, days = folded(source.query(portable, values, tuned))
    lacking = _unsized(source, scoped, values)
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for cell, numbers in cells.items():
        numbers.append(lacking[cell][0] if cell in lacking else 0)
        _add(sums[cell[0]], numbers)
    outside = _outside(sums, days, today)
    names = inbox_names(source)
    rows = [(state, names[int(inbox)], category, *_told(each)) for (state, inbox, category), each in cells.items()]
    rows.sort(key=lambda row: (STATES.index(row[0]), -row[3], str(row[1]), str(row[2])))
    table: list[tuple[Any, ...]] = [(state, *_told(sums[state])) for state in STATES if state in sums]
    due = [a + b for a, b in zip(sums["overdue"], sums["due"], strict=True)]
    blocks: list[Block] = [
        sizes.sized_table(SUMMARY, table),
        sizes.sized_table(COLUMNS, rows, "By inbox and category"),
    ]
    figures: list[Block] = []
    ahead = [state for state in COMES_UP if state in sums]
    if ahead:
        caption = f"{words.plural(due[0], 'file')} may go now, {words.size(due[1])}"
        figures = [Figure("What comes due when?", ahead, [sums[state][0] for state in ahead], caption=caption)]
    if days or outside["overdue"][0] or outside["later"][0]:  # an empty one would say that nothing goes by a rule
        blocks.insert(0, _calendar(days, outside, today, until))
    unknown = sums["no hash"][0] + sums["unknown age"][0]
    return Answer(
        "Retention", QUESTION, COLUMNS, rows,
        f"{words.plural(due[0], 'file')} due, {words.size(due[1])};"
        f" {words.count(sums['held'][0])} held, {words.count(unknown)} without hash, size or age,"
        f" {words.count(sums['no rule'][0])} without a rule, at {times.text(scope.now)}",
        blocks=blocks,
        figures=figures,
        totals={
            **{state: dict(zip(("files", "bytes", "without_size"), numbers[:2] + numbers[3:], strict=True))
               for state in STATES for numbers in [_told(sums[state])]},
            "days": [{"day": times.text(day)[:10], "files": n[0], "bytes": n[1]} for day, n in sorted(days.items())],
        },
        empty="No file is stored.",
    )  # fmt: skip


def _unsized(source: RuleSource, scoped: str, values: Mapping[str, Value]) -> Cells:
    """The cells of files whose size is not on record: held ones, and those without a hash."""
    if not sizes.are_any_unsized(source):
        return {}
    portable, tuned = texts(scoped, unsized=True)
    return folded(source.query(portable, values, tuned))[0]


def _told(numbers: Sequence[int]) -> list[int | None]:
    """Files, bytes as far as they are known, files without a hash or a size, and files without a size."""
    files, size, bare, without = numbers
    return [files, known_sizes.known_bytes(size, files, without), bare, without]


Cells = dict[tuple[str, Any, Any], list[int]]
"""Files, bytes and files without a hash or size by state, number of the inbox, and category."""


def folded(found: Iterable[Sequence[Any]]) -> tuple[Cells, dict[int, list[int]]]:
    """The rows of a text by state, inbox and category, and files and bytes by day on which they may go, in order.

    A text gives each day beside its state, inbox and category, or days of all of them in rows of their own.
    """
    cells: Cells = defaultdict(lambda: [0, 0, 0])
    days: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in found:
        numbers = integers(row, 4, 5, 6)
        if row[2] != "day":
            _add(cells[str(row[2]), row[0], row[1]], numbers)
        if row[3] is not None:
            _add(days[int(row[3])], numbers)
    return cells, dict(sorted(days.items()))


def _outside(sums: Mapping[str, Sequence[int]], days: Mapping[int, Sequence[int]], today: int) -> dict[str, list[int]]:
    """Files and bytes that may go before the calendar begins and after its end."""
    found: dict[str, list[int]] = {"overdue": [], "later": []}
    for index in (0, 1):
        late = sum(numbers[index] for day, numbers in days.items() if day < today)
        coming = sum(sums[state][index] for state in COMES_UP if state in sums)
        before = (sums["overdue"][index] if "overdue" in sums else 0) - late
        found["overdue"].append(before)
        found["later"].append(coming - before - sum(numbers[index] for numbers in days.values()))
    return found


def _add(total: list[int], numbers: Sequence[int]) -> None:
    for index in range(len(total)):
        total[index] += numbers[index]


def _monday(moment: int) -> int:
    """The Monday of a moment's week (UTC), as the week of ISO 8601 has it. 1970-01-01 was a Thursday."""
    day = moment - moment % times.DAY
    return day - (day // times.DAY + 3) % 7 * times.DAY


def _calendar(
    days: Mapping[int, Sequence[int]], outside: Mapping[str, Sequence[int]], today: int, until: int
) -> Calendar:
    """The weeks from the first one of the last four in which something was due."""
    first = min([_monday(day) for day in days] + [_monday(today)])
    late = [numbers for day, numbers in days.items() if day < today] + [outside["overdue"]]
    number, freed = (sum(numbers[index] for numbers in late) for index in (0, 1))
    soon = max((day for day in days if day >= today), key=lambda day: days[day][0], default=None)
    most = f"; most from today on: {times.text(soon)[:10]}, {words.plural(days[soon][0], 'file')}" if soon else ""
    return Calendar(
        title="When may files go, day by day?",
        first=first,
        weeks=(until - first) // WEEK,
        today=today,
        days={day: Amount(*numbers) for day, numbers in days.items()},
        before=Amount(*outside["overdue"]),
        after=Amount(*outside["later"]),
        caption=f"{words.plural(number, 'file')} overdue, {words.size(freed)}{most}",
    )
