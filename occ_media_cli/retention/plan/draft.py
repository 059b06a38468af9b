"""Working out a plan: which files may go, which are held, and what the rest waits for. Reads the store only.

Candidates go into a temporary table, so that memory does not grow with the ledger: entries old enough for the
shortest `remove_after`, and held ones. The rest is counted by one aggregate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from occ_media_cli import times
from occ_media_cli.ledger import entries_sql as sql
from occ_media_cli.ledger.customers import of_person
from occ_media_cli.places.roots import parts, place_of_path
from occ_media_cli.retention import evaluate, holds, stored_entries
from occ_media_cli.retention.model import Match, Reason, RetentionDecision, RetentionRule
from occ_media_cli.vocabulary import CATEGORIES, DIRECTIONS, code_sql

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.retention.model import StoredEntry

UNSAFE = Reason("unsafe-path", "unsafe-path: its path names no file under the root")

_KIND = f"r.inbox * 16 + r.direction * 8 + {code_sql('c.category', CATEGORIES, first=1)}"
"""The number of a kind of file: inbox, direction and category."""

_DRAFT = """
CREATE TEMP TABLE draft (
  seq INTEGER PRIMARY KEY, place TEXT NOT NULL, action INTEGER NOT NULL, expires INTEGER, basis INTEGER NOT NULL,
  reasons INTEGER NOT NULL, held INTEGER NOT NULL, sha256 BLOB, size INTEGER)"""


@dataclass(slots=True)
class PlanGroup:
    """One line of a summary: how many entries share a reason, their bytes as far as sizes are known, and how many have
    none on record; of those that go, all have."""

    files: int = 0
    bytes: int = 0
    without: int = 0

    def add_files(self, files: int, size: int, without: int) -> None:
        """Count more files. without: those of unknown size."""
        self.files, self.bytes, self.without = self.files + files, self.bytes + size, self.without + without


@dataclass(slots=True)
class Draft:
    """The draft of a plan: its counts, and its rows. The rows are in the temporary table `draft` until `close`.

    population: entries with bytes under the root, whatever the scope. next_due: the next moment at which a kept file
    comes due, and how many do on that day.
    """

    bases: list[dict[str, object]] = field(default_factory=list)
    reasons: list[list[Reason]] = field(default_factory=list)
    keep: dict[tuple[str, str], PlanGroup] = field(default_factory=dict)
    remove: dict[tuple[str, str], PlanGroup] = field(default_factory=dict)
    kept: int = 0
    removed: int = 0
    held: int = 0
    bytes: int = 0
    population: int = 0
    next_due: int | None = None
    next_files: int = 0

    @property
    def population_of_scope(self) -> int:
        """Entries with bytes that the plan looked at."""
        return self.kept + self.removed


@dataclass(frozen=True, slots=True)
class PlanScope:
    """The scope of a plan: some inboxes, some customers under any of the ids of each person, or everything."""

    inboxes: tuple[int, ...] = ()
    customers: tuple[str, ...] = ()

    def condition(self, connection: sqlite3.Connection) -> tuple[str, list[object]]:
        """SQL over `r`, and its values."""
        tests, values = ["1"], list[object]()
        if self.inboxes:
            tests.append(f"r.inbox IN ({', '.join('?' * len(self.inboxes))})")
            values += self.inboxes
        people = []
        for customer in self.customers:
            test, person = of_person(connection, customer)
            people.append(test)
            values += person
        if people:
            tests.append(f"({' OR '.join(people)})")
        return " AND ".join(tests), values


EVERYTHING = PlanScope()
"""The scope of a plan that names neither inbox nor customer."""


def basis(found: Match, inbox: int, category: str | None, direction: str) -> dict[str, object]:
    """The policies that decide about one kind of file, in a form that can be compared later."""
    return {
        "inbox": inbox, "category": category, "direction": direction,
        "remove": [*_scope(found.remove), found.remove.remove_after] if found.remove else None,
        "keeps": [[*_scope(rule), rule.keep_for] for rule in found.keeps],
    }  # fmt: skip


def _scope(rule: RetentionRule) -> tuple[int | None, str | None, str | None]:
    return rule.inbox, rule.category, rule.direction


class Drafting:
    """One run over a store's entries; call `draft` once, inside a reading transaction."""

    def __init__(
        self, connection: sqlite3.Connection, rules: tuple[RetentionRule, ...], now: int, scope: PlanScope
    ) -> None:
        self.connection, self.rules, self.now, self.scope = connection, rules, now, scope
        self.holds = holds.unreleased(connection)
        self.index = holds.Index(self.holds)
        self.found = Draft()
        self._matches: dict[tuple[int, str | None, str], tuple[Match, int]] = {}
        self._reasons: dict[tuple[Reason, ...], int] = {}

    def draft(self) -> Draft:
        """Decide about every entry with bytes."""
        stored_entries.teach(self.connection)
        self.connection.execute("DROP TABLE IF EXISTS temp.draft")
        self.connection.execute(_DRAFT)
        chosen, values = self._candidates()
        self.connection.executemany(
            "INSERT INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._decided(chosen, values)
        )
        self._keep_shared()
        self._count_candidates()
        self._count_rest(chosen, values)
        return self.found

    def match_of(self, inbox: int, category: str | None, direction: str) -> tuple[Match, int]:
        """The rules for a kind of file, and the number of its basis."""
        key = (inbox, category, direction)
        known = self._matches.get(key)
        if known is None:
            rules = [rule for rule in self.rules if rule.inbox in (None, inbox)]
            known = (evaluate.match(rules, *key), len(self.found.bases))
            self.found.bases.append(basis(known[0], *key))
            self._matches[key] = known
        return known

    def _number(self, reasons: tuple[Reason, ...]) -> int:
        number = self._reasons.get(reasons)
        if number is None:
            number = self._reasons[reasons] = len(self.found.reasons)
            self.found.reasons.append(list(reasons))
        return number

    def _candidates(self) -> tuple[str, list[object]]:
        """SQL that is true for at least every entry that may go or is held, within the scope."""
        held = sql.HELD if self.holds else "0"
        scope, scope_values = self.scope.condition(self.connection)
        if self.scope.customers:
            return scope, scope_values
        shortest = min((rule.remove_after for rule in self.rules if rule.remove_after is not None), default=None)
        if shortest is None:
            return f"({scope}) AND ({held})", scope_values
        return f"({scope}) AND (r.ms <= ? OR {held})", [*scope_values, self.now - shortest]

    def _decided(self, chosen: str, values: list[object]) -> Iterator[tuple[object, ...]]:
        requested = bool(self.scope.customers)
        for entry in stored_entries.entries(self.connection, f"{sql.STORED} AND {chosen}", values):
            found, number = self.match_of(entry.inbox, entry.category, entry.direction)
            covering = self.index.covering(entry)
            decision = evaluate.decide(entry, found, covering, self.now, requested=requested)
            path = cast("str", entry.path)
            if parts(path) is None:
                decision = _kept(decision, UNSAFE)
            yield (
                entry.seq, place_of_path(path), int(decision.action == "remove"),
                decision.expires, number, self._number(decision.reasons), int(decision.held), entry.sha256, entry.size,
            )  # fmt: skip

    def _keep_shared(self) -> None:
        """Keep a file that another entry needs: bytes go only when every entry that names them may go."""
        self.connection.execute("CREATE INDEX temp.draft_place ON draft (place) WHERE action = 1")
        if self.connection.execute("SELECT 1 FROM draft WHERE action = 1 LIMIT 1").fetchone() is None:
            return
        blocked = self.connection.execute(
            f"{stored_entries.WITH} SELECT d.place, min(r.seq) FROM {stored_entries.SOURCE}"
            f" CROSS JOIN draft d ON d.place = {stored_entries.PLACE} AND d.action = 1"
            " LEFT JOIN draft me ON me.seq = r.seq"
            f" WHERE {sql.STORED} AND coalesce(me.action, 0) = 0 GROUP BY d.place"
        ).fetchall()
        for place, seq in blocked:
            other = next(stored_entries.entries(self.connection, "r.seq = ?", [seq]))
            decision = self._whole(other)
            why = evaluate.first_reason(decision.reasons).words if decision.action == "keep" else "outside this plan"
            reason = Reason("shared-path", f"shared-path: entry #{other.seq} names the same file and stays: {why}")
            self.connection.execute(
                "UPDATE draft SET action = 0, reasons = ?, held = max(held, ?),"
                " expires = CASE WHEN ? IS NULL THEN NULL ELSE max(expires, ?) END WHERE place = ? AND action = 1",
                (self._number((reason,)), int(decision.held), decision.expires, decision.expires, place),
            )

    def _whole(self, entry: StoredEntry) -> RetentionDecision:
        found, _ = self.match_of(entry.inbox, entry.category, entry.direction)
        covering = self.index.covering(entry)
        return evaluate.decide(entry, found, covering, self.now, requested=False)

    def _count_candidates(self) -> None:
        found = self.found
        query = (
            "SELECT action, reasons, count(*), sum(held), coalesce(sum(size), 0), sum(size IS NULL)"
            " FROM draft GROUP BY 1, 2"
        )
        for action, number, files, held, many, without in self.connection.execute(query):
            reason = evaluate.first_reason(found.reasons[number])
            groups = found.remove if action else found.keep
            group = groups.setdefault((reason.code, _line(reason)), PlanGroup())
            group.add_files(files, many, without)
            if action:
                found.removed += files
            else:
                found.kept, found.held = found.kept + files, found.held + held
        (found.bytes,) = self.connection.execute(
            "SELECT coalesce(sum(size), 0) FROM (SELECT max(size) AS size FROM draft WHERE action = 1 GROUP BY place)"
        ).fetchone()

    def _count_rest(self, chosen: str, values: list[object]) -> None:
        """Count the entries that are no candidates, by kind of file: it is not due yet, or no rule removes it."""
        found = self.found
        kinds = self._kinds()
        scope, scope_values = self.scope.condition(self.connection)
        query = (
            f"{stored_entries.WITH} SELECT k.kind, count(*), coalesce(sum({sql.SIZE}), 0), sum({sql.SIZE} IS NULL),"
            f" min(CASE WHEN r.ms + k.wait > ? THEN r.ms + k.wait END) FROM {stored_entries.SOURCE}"
            f" CROSS JOIN kind k ON k.kind = {_KIND}"
            f" WHERE {sql.STORED} AND {scope} AND ({chosen}) IS NOT TRUE GROUP BY k.kind"
        )
        soonest = [
            self.connection.execute("SELECT min(expires) FROM draft WHERE expires > ?", (self.now,)).fetchone()[0]
        ]
        for kind, files, many, without, due in self.connection.execute(query, [self.now, *scope_values, *values]):
            reason = evaluate.NO_POLICY if kinds[kind].remove is None else evaluate.NOT_DUE
            group = found.keep.setdefault((reason.code, _line(reason)), PlanGroup())
            group.add_files(files, many, without)
            found.kept += files
            soonest.append(due)
        found.next_due = min((due for due in soonest if due is not None), default=None)
        found.population = found.kept + found.removed
        if scope_values:
            everything = f"{stored_entries.WITH} SELECT count(*) FROM {stored_entries.SOURCE} WHERE {sql.STORED}"
            (found.population,) = self.connection.execute(everything).fetchone()
        if found.next_due is not None:
            end = found.next_due - found.next_due % times.DAY + times.DAY
            query = (
                f"{stored_entries.WITH} SELECT count(*) FROM {stored_entries.SOURCE}"
                f" CROSS JOIN kind k ON k.kind = {_KIND}"
                f" WHERE r.ms + k.wait >= ? AND r.ms + k.wait < ? AND {sql.STORED} AND {scope}"
            )
            bound = [found.next_due, end, *scope_values]
            (found.next_files,) = self.connection.execute(query, bound).fetchone()
        self.connection.execute("DROP TABLE temp.kind")

    def _kinds(self) -> dict[int, Match]:
        """The rules of every kind of file by the number of the kind; the table `kind` gets how long each waits.

        SQL makes the same number: images (3) that were received (1) in inbox 2 are kind 2 * 16 + 1 * 8 + 3 = 43.
        """
        self.connection.execute("DROP TABLE IF EXISTS temp.kind")
        self.connection.execute("CREATE TEMP TABLE kind (kind INTEGER PRIMARY KEY, wait INTEGER)")
        kinds = {}
        for (inbox,) in self.connection.execute("SELECT id FROM inbox_state").fetchall():
            rules = [rule for rule in self.rules if rule.inbox in (None, inbox)]
            for number, category in enumerate((None, *CATEGORIES)):
                for direction, word in enumerate(DIRECTIONS):
                    kind = inbox * 16 + direction * 8 + number
                    kinds[kind] = evaluate.match(rules, inbox, category, word)
        waits = ((kind, evaluate.wait(found)) for kind, found in kinds.items())
        self.connection.executemany("INSERT INTO kind VALUES (?, ?)", waits)
        return kinds


def _kept(decision: RetentionDecision, reason: Reason) -> RetentionDecision:
    reasons = (reason,) if decision.action == "remove" else (*decision.reasons, reason)
    return RetentionDecision("keep", reasons, decision.expires, decision.match, decision.holds)


def _line(reason: Reason) -> str:
    """The words under which a summary counts a reason; those of one file alone are left out."""
    if reason.code == "shared-path":
        return "shared-path: another entry names the same file and stays"
    return reason.words
