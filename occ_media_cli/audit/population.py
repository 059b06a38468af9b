"""How much an audit looked at: entries and inboxes in its window, entries that no setting was in force for, and how
much each rule had to judge.

A rule says in its header what it judges: rows of a base, which of them, and what one of them must have. Here is what
the bases are. Rules over entries are counted in one pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from occ_media_cli.audit import sql
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.rule import AuditRule, RulePopulation, Value

PORTABLE = """
SELECT e.inbox, count(*) AS entries, count(s.inbox_id) AS judged
FROM entry e
LEFT JOIN setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms AND s.valid_to_ms > e.time_ms
WHERE e.time_ms >= :since_ms AND e.time_ms < :until_ms
GROUP BY e.inbox_id, e.inbox"""

TUNED = """
SELECT i.name, t.entries, t.judged FROM (
  SELECT r.inbox, count(*) AS entries, count(s.inbox_id) AS judged
  FROM record r
  LEFT JOIN setting s ON s.inbox_id = r.inbox AND s.valid_from_ms <= r.ms AND s.valid_to_ms > r.ms
  WHERE r.kind = 0 AND r.ms >= :since_ms AND r.ms < :until_ms
  GROUP BY r.inbox) t
JOIN inbox i ON i.id = t.inbox"""

SPAN = "SELECT min(time_ms) AS first_ms, max(time_ms) AS last_ms FROM entry"
SPAN_TUNED = "SELECT min(ms), max(ms) FROM record WHERE kind = 0"


class Base(NamedTuple):
    """Rows that rules judge. table: FROM, one row each; inbox: the inbox of a row; where: which of them lie in the
    period. joins: what a condition may ask beside it, at most one row each: the alias, the view that it stands on, and
    the text."""

    table: str
    inbox: str
    where: str = "1 = 1"
    joins: tuple[tuple[str, str, str], ...] = ()


NOWHERE = "CAST(NULL AS STRING)"
"""The inbox of what belongs to none, of a type that every engine can group by."""

_MADE_IN = "(({0} >= :since_ms AND {0} < :until_ms) OR ({1} >= :since_ms AND {1} < :until_ms))"

BASES: Mapping[str, Base] = {
    "entries": Base(
        "entry e", "e.inbox", "e.time_ms >= :since_ms AND e.time_ms < :until_ms",
        (
            # the setting in force
            ("s", "setting", "setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms"
                  " AND s.valid_to_ms > e.time_ms"),
            # settings that name channels
            ("l", "setting_channel", "(SELECT DISTINCT inbox_id, version FROM setting_channel) l"
                  " ON l.inbox_id = s.inbox_id AND l.version = s.version"),
            # scans of the entry, and of a file with the same bytes; looked: one of them could look inside
            # lost: the newest of the entry found no file that is its own, so that another file says nothing of it
            ("c", "scan", "(SELECT entry_seq,"
                  " max(CASE WHEN state IN ('clean', 'infected') THEN 1 ELSE 0 END) AS looked,"
                  " CASE WHEN max(CASE WHEN state NOT IN ('clean', 'infected') AND sha256 = '' THEN seq END) = max(seq)"
                  " THEN 1 ELSE 0 END AS lost"
                  " FROM scan WHERE entry_seq IS NOT NULL GROUP BY entry_seq) c ON c.entry_seq = e.seq"),
            ("h", "scan", "(SELECT sha256, max(CASE WHEN state IN ('clean', 'infected') THEN 1 ELSE 0 END) AS looked,"
                  " max(CASE WHEN state = 'infected' THEN 1 ELSE 0 END) AS infected"
                  " FROM scan WHERE sha256 <> '' GROUP BY sha256) h ON h.sha256 = e.sha256"),
            # what else a scan saw, likewise
            ("f", "scan_fact", "(SELECT DISTINCT entry_seq FROM scan_fact WHERE entry_seq IS NOT NULL) f"
                  " ON f.entry_seq = e.seq"),
            ("g", "scan_fact", "(SELECT DISTINCT sha256 FROM scan_fact WHERE sha256 <> '') g ON g.sha256 = e.sha256"),
            # the newest check of the bytes that are kept
            ("v", "verification", "(SELECT max(seq) AS seq, max(time_ms) AS time_ms FROM verification"
                  " WHERE subject = 'retention') v ON v.seq > e.seq"),
            # kinds of file that a rule removes some day
            ("p", "policy", "(SELECT DISTINCT i.id AS inbox_id, k.category, d.direction FROM inbox i"
                  " CROSS JOIN (SELECT DISTINCT category FROM file_type UNION ALL SELECT '-' AS category) k"
                  " CROSS JOIN (SELECT 'send' AS direction UNION ALL SELECT 'receive' AS direction) d"
                  " JOIN policy r ON (r.inbox IS NULL OR (r.inbox = i.name AND i.removed_ms IS NULL))"
                  " AND (r.category IS NULL OR r.category = k.category)"
                  " AND (r.direction IS NULL OR r.direction = d.direction)"
                  " WHERE r.remove_after_ms IS NOT NULL) p ON p.inbox_id = e.inbox_id"
                  " AND p.category = coalesce(e.category, '-') AND p.direction = e.direction"),
            # the approved library: since when there is one, and whether the file was in it by then
            ("k", "library", "(SELECT min(approved_ms) AS first_ms FROM library) k ON k.first_ms <= e.time_ms"),
            ("b", "library", "(SELECT sha256, min(approved_ms) AS approved_ms FROM library"
                  " WHERE approved_ms IS NOT NULL GROUP BY sha256) b"
                  " ON b.sha256 = e.sha256 AND b.approved_ms <= e.time_ms"),
        ),
    ),
    "settings": Base(
        "setting s", "s.inbox",
        "s.valid_from_ms < :until_ms AND s.valid_to_ms > :since_ms AND s.valid_from_ms <= :now_ms",
    ),
    "changes": Base("change c", "c.inbox", _MADE_IN.format("c.time_ms", "c.wall_ms")),
    "inboxes": Base(
        "inbox i", "i.name", "1 = 1",
        (
            ("s", "setting", "setting s ON s.inbox_id = i.id AND s.valid_from_ms <= :now_ms"
                  " AND s.valid_to_ms > :now_ms"),
        ),
    ),
    "approvals": Base(
        "(SELECT event, approved_ms, wall_ms, max(CASE WHEN requested_user IS NOT NULL AND approved_user IS NOT NULL"
        " THEN 1 ELSE 0 END) AS users FROM agreement GROUP BY event, approved_ms, wall_ms) a",
        NOWHERE, _MADE_IN.format("a.approved_ms", "a.wall_ms"),
    ),
    "suppressions": Base("suppression s", "s.inbox"),
    "verifications": Base(
        "(SELECT seq, time_ms, wall_ms, actor, subject, ok, verified_seq, verified_head, entries, checkpoint, problems"
        " FROM verification UNION ALL SELECT seq, time_ms, wall_ms, actor, 'ledger', verified, verified_seq,"
        " verified_head, entries, checkpoint, NULL FROM audit_run WHERE verified = 1 OR differences > 0) v", NOWHERE,
    ),
}  # fmt: skip
"""What rules may be over (`rule.OVER`). `approvals`: users is 1 where both OS users are on record.
`verifications`: those that audits on record made, too."""


@dataclass(frozen=True, slots=True)
class JudgedCount:
    """How much a rule had to judge: judged, and what lacked something that it needs (not_judged)."""

    judged: int = 0
    not_judged: int = 0


def count_judged(
    source: RuleSource, rules: Sequence[AuditRule], values: Mapping[str, Value], inboxes: Sequence[str]
) -> dict[str, JudgedCount]:
    """How much each rule of the program had to judge, in all inboxes or in some."""
    found = {rule.id: JudgedCount() for rule in rules if rule.population is not None}
    over_entries = [rule for rule in rules if rule.population is not None and rule.population.over == "entries"]
    if over_entries:
        views = dict.fromkeys(view for _, view, _ in BASES["entries"].joins)
        empty = [view for view in views if next(iter(source.query(f"SELECT 1 FROM {view} LIMIT 1", {})), None) is None]
        none = [alias for alias, view, _ in BASES["entries"].joins if view in empty]
        text, places, used = _together(over_entries, none)
        rows = ((row[0], *(row[1 + place] for place in places)) for row in source.query(text, {**values, **used}))
        found |= _sums(over_entries, rows, inboxes)
    for rule in rules:
        if rule.population is not None and rule.population.over != "entries":
            text = text_of(rule.population)
            found |= _sums([rule], source.query(text, {**values, **rule.bound()}), inboxes)
    return found


def count_own(
    source: RuleSource, rule: AuditRule, values: Mapping[str, Value], inboxes: Sequence[str]
) -> JudgedCount | None:
    """How much a user's own rule had to judge, asked as guarded as the rule; None where it does not say."""
    if rule.population is None:
        return None
    asked = replace(rule, sql=text_of(rule.population))
    rows = ((row["inbox"], row["scope"], row["judged"]) for row in source.judge(asked, {**values, **rule.bound()}))
    return _sums([rule], rows, inboxes)[rule.id]


def text_of(population: RulePopulation) -> str:
    """A SELECT that counts a population by inbox: how many rows are in it, and how many of them can be judged."""
    base = BASES[population.over]
    conditions = [base.where, *([f"({population.where})"] if population.where else [])]
    return (
        "SELECT inbox, count(*) AS scope, sum(judged) AS judged"
        f" FROM (SELECT {base.inbox} AS inbox, CASE WHEN {population.needs or '1 = 1'} THEN 1 ELSE 0 END AS judged"
        f" FROM {base.table}{_joined(base, f'{population.where} {population.needs}')}"
        f" WHERE {' AND '.join(conditions)}) counted GROUP BY inbox"
    )


def _together(rules: Sequence[AuditRule], none: Iterable[str] = ()) -> tuple[str, list[int], dict[str, Value]]:
    """One SELECT that counts the populations of rules over entries, the columns of each rule (in scope, judged), and
    the values of their own parameters, under names that do not meet. What several rules ask is counted once. none:
    aliases of joins that have no row, which are left out."""
    base = BASES["entries"]
    columns: dict[str, int] = {}
    places: list[int] = []
    used: dict[str, Value] = {}
    for number, rule in enumerate(rules):
        assert rule.population is not None  # noqa: S101  # its caller chose them so
        own = rule.bound()
        prefix = f"r{number}_"
        used |= {prefix + name: value for name, value in own.items()}
        where, needs = (
            _renamed(part, frozenset(own), prefix) for part in (rule.population.where, rule.population.needs)
        )
        for empty in none:
            where, needs = (re.sub(rf"\b{empty}\.\w+", "NULL", part) for part in (where, needs))
        for condition in (where, " AND ".join(f"({part})" for part in (where, needs) if part) if needs else where):
            column = f"sum(CASE WHEN {condition} THEN 1 ELSE 0 END)" if condition else "count(*)"
            places.append(columns.setdefault(column, len(columns)))
    listed = ", ".join(f"{column} AS n{place}" for column, place in columns.items())
    text = (
        f"SELECT {base.inbox} AS inbox, {listed} FROM {base.table}{_joined(base, listed)} WHERE {base.where}"
        f" GROUP BY {base.inbox}"
    )
    return text, places, used


def _renamed(condition: str, own: frozenset[str], prefix: str) -> str:
    return sql.replaced(condition, lambda name: f":{prefix}{name}" if name in own else f":{name}")


def _joined(base: Base, said: str) -> str:
    """The joins whose alias a condition names; those of settings come first, for others build on them."""
    named = set(re.findall(r"\b([a-z])\.", said))
    if "l" in named:
        named.add("s")
    return "".join(f" LEFT JOIN {text}" for alias, _, text in base.joins if alias in named)


def _sums(
    rules: Sequence[AuditRule], rows: Iterable[Sequence[object]], inboxes: Sequence[str]
) -> dict[str, JudgedCount]:
    """The counts of rules from rows of inbox and two numbers a rule."""
    totals = [0] * (2 * len(rules))
    for row in rows:
        if not inboxes or row[0] in inboxes:
            totals = [total + int(str(number or 0)) for total, number in zip(totals, row[1:], strict=True)]
    return {
        rule.id: JudgedCount(totals[2 * place + 1], totals[2 * place] - totals[2 * place + 1])
        for place, rule in enumerate(rules)
    }


@dataclass(frozen=True, slots=True)
class Population:
    """The number of entries and inboxes that were looked at. inboxes: entries by name. boxes: how many inboxes these
    are, of which a removed one may have had the name of another. first, last: the times of the ledger's own ends,
    set where the window holds no entry."""

    entries: int
    unjudged: int
    inboxes: Mapping[str, int]
    boxes: int
    first: int | None = None
    last: int | None = None


def count_population(source: RuleSource, values: Mapping[str, Value], inboxes: Sequence[str]) -> Population:
    """Count the entries in a window, in all inboxes or in some."""
    rows = [row for row in source.query(PORTABLE, values, TUNED) if not inboxes or row[0] in inboxes]
    entries = sum(int(row[1]) for row in rows)
    names = sorted({str(row[0]) for row in rows})
    first = last = None
    if not entries:
        first, last = next(iter(source.query(SPAN, {}, SPAN_TUNED)))
    return Population(
        entries=entries,
        unjudged=entries - sum(int(row[2]) for row in rows),
        inboxes={name: sum(int(row[1]) for row in rows if row[0] == name) for name in names},
        boxes=len(rows),
        first=first,
        last=last,
    )
