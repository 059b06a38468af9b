"""Breaks the text of every rule in one place at a time, and asks the tests: who notices?

    python proofs/rule_mutants.py [--ledgers 12] [RULE…]

Every comparison, constant, AND and OR, NOT, EXISTS, IS NULL, IN, kind of join, aggregate, DISTINCT, DESC, sign and
fallback of a rule's text, and of its tuned text for SQLite, is changed once. A change is noticed when the rule's rows
(tests/unit/audit/rule_cases.py, their periods included) come out otherwise or not at all, or when the findings in
random ledgers are not those of the oracle. What the rows do not notice is printed; ACCEPTED
(tests/unit/audit/mutants.py) says why that is right, and the proof ends with 1 where another change survives them,
whether ledgers notice it or not, or where one of those does not survive both any more.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.audit import engine, rules
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines import sqlite
from occ_media_cli.audit.rule import AuditRule, configured
from occ_media_cli.errors import OccMediaError
from occ_media_cli.settings import read
from occ_media_cli.store.open import reading
from tests.unit.audit.mutants import ACCEPTED, Rows, accepted, mutants
from tests.unit.audit.oracle import Oracle
from tests.unit.audit.world import Maker


class Ledgers:
    """Random ledgers with what the oracle finds in them, asked of a rule."""

    def __init__(self, stack: ExitStack, count: int) -> None:
        self.known: list[tuple[sqlite.SqliteSource, int, set[tuple[Any, ...]]]] = []
        for seed in range(count):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            maker = Maker(Path(folder) / "s.db", seed, 60)
            world = maker.make()
            store = stack.enter_context(reading(maker.location))
            source = stack.enter_context(sqlite.prepared(store, world.now))
            self.known.append((source, world.now, Oracle(world, read.versions(store.ledger)).findings()))

    def notice(self, rule: AuditRule) -> bool:
        """Whether it finds anything that the oracle does not, or misses anything."""
        for source, now, expected in self.known:
            try:
                found = {
                    (
                        f.rule,
                        f.severity.value,
                        "*" if f.rule == "backdated-change" else f.inbox,
                        f.place,
                        f.setting_version,
                    )
                    for f in engine.audit(source, [rule], AuditScope(now)).findings
                }
            except (sqlite3.Error, OccMediaError, KeyError, TypeError):
                return True
            if found != {item for item in expected if item[0] == rule.id}:
                return True
        return False


def main() -> int:
    """Break everything once, and print who survived."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ledgers", type=int, default=12)
    parser.add_argument("rules", nargs="*")
    options = parser.parse_args()
    total = by_rows = by_ledgers = bad = 0
    left: set[tuple[str, str]] = set()
    with ExitStack() as stack:
        ledgers = Ledgers(stack, options.ledgers)
        for rule in rules.load_all():
            if options.rules and rule.id not in options.rules:
                continue
            judged = configured(rule, {"minimum": 3}) if rule.id == "same-file-many-times" else rule
            for tuned in (False, True) if rule.tuned else (False,):
                text = rule.tuned if tuned else rule.sql
                assert text is not None
                rows, file = Rows(rule, tuned=tuned), f"{rule.id}{'.sqlite' if tuned else ''}"
                for mutant in mutants(text):
                    total += 1
                    if rows.notice(mutant.text):
                        by_rows += 1
                        continue
                    reason = accepted(file, mutant.name())
                    bad += reason is None
                    if rule.after is None and ledgers.notice(replace(judged, sql=mutant.text, tuned=None)):
                        by_ledgers += 1
                        word = "for rows alone accepted" if reason else "NOTICED BY NO ROW"
                    else:
                        left.add((file, mutant.name()))
                        word = "accepted" if reason else "SURVIVED"
                    print(f"{word} {file}: {mutant.name()}: {reason or '?'}", flush=True)
    stale = [
        (file, begins)
        for file, begins, _ in ACCEPTED
        if (not options.rules or file.split(".")[0] in options.rules)
        and not any(other == file and name.startswith(begins) for other, name in left)
    ]
    for file, begins in stale:
        print(f"noticed after all, take it out of ACCEPTED: {file}: {begins}")
    print(f"{total} mutants: {by_rows} noticed by rows, {by_ledgers} more by {options.ledgers} random ledgers, "
          f"{len(left)} survived; {bad} that no row notices are without a reason")  # fmt: skip
    return int(bad > 0 or bool(stale))


if __name__ == "__main__":
    raise SystemExit(main())
