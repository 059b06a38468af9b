"""Making a plan: from a store, a root and a clock to a saved plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.retention.plan import saved
from occ_media_cli.retention.plan.draft import EVERYTHING, Draft, Drafting, PlanScope
from occ_media_cli.retention.stored_rules import rules_in_force
from occ_media_cli.store import chain

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan that was just saved, with the counts behind its summary. rules: how many rules there are."""

    plan: saved.Plan
    draft: Draft
    rules: int


def make_plan(
    connection: sqlite3.Connection, root: Mapping[str, object], stamp: chain.Stamp, scope: PlanScope = EVERYTHING
) -> Planned:
    """Draft at one moment of the ledger, without keeping writers out, then save. `root` is what storage says of it."""
    connection.execute("BEGIN")
    try:
        rules, version = rules_in_force(connection)
        seen = chain.head(connection)
        draft = Drafting(connection, rules, stamp.now, scope).draft()
    finally:
        connection.execute("COMMIT")
    try:
        plan = saved.save(connection, draft, scope, root, stamp, seen, version)
    finally:
        connection.execute("DROP TABLE temp.draft")
    return Planned(plan, draft, len(rules))
