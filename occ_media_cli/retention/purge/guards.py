"""Reasons to refuse a purge as a whole, before it touches a file: contracts.md §8, last lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli import limits
from occ_media_cli.errors import Refused, UsageError
from occ_media_cli.limits import RemovalLimit
from occ_media_cli.report.words import percent, plural
from occ_media_cli.retention import evaluate, stored_rules
from occ_media_cli.retention.plan import approval
from occ_media_cli.retention.plan.draft import basis
from occ_media_cli.settings import second_person

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.places.storage import Storage
    from occ_media_cli.retention.plan.approval import Approval
    from occ_media_cli.retention.plan.saved import Plan


def parse_limit(text: str) -> RemovalLimit:
    """`1000` or `50%`: a positive whole number, and no more than 100%."""
    try:
        return limits.parse_limit(text)
    except ValueError:
        raise UsageError(
            f"the limit '{text}' is neither a number of files nor a share; nothing was removed",
            hint="a limit like 1000 or 50%",
            topic=("removal-limit",),
        ) from None


def check_purge(
    connection: sqlite3.Connection, storage: Storage, plan: Plan, store: Path, allowed: RemovalLimit
) -> list[Approval]:
    """The approvals that let the plan be purged; Refused, with the reason, where it may not be."""
    approval.refuse_altered(connection, plan)
    approvals = approval.valid_approvals(connection, plan)
    if not approvals:
        asks = second_person.is_asked_for(connection)
        raise Refused(
            f"plan {plan.plan} is not approved; nothing was removed",
            hint=f"someone other than {plan.planner} must approve it" if asks else "approve it first",
            topic=("approve-by-another", f"someone other than {plan.planner}", plan.plan)
            if asks
            else ("approve", plan.plan),
        )
    check_policies(connection, plan)
    why = storage.refuses(plan.content["root"], store)
    if why is not None:
        raise Refused(f"the root is refused: {why}; nothing was removed", hint="name the folder that was planned for")
    removals, population = plan.content["summary"]["remove"], plan.content["population"]
    if allowed.over(removals, population):
        share = percent(removals, population)
        enough = f"{-(-removals * 100 // population)}%"
        files = plural(population, "file")
        raise Refused(
            f"the plan removes {removals:,} of {files} ({share}%), over the limit {allowed}; nothing was removed",
            hint=f"read the plan again; if it is right, a limit of {enough}",
            topic=("removal-limit-over", enough),
        )
    return approvals


def check_policies(connection: sqlite3.Connection, plan: Plan) -> int | None:
    """The version of the policies; Refused where one that decided a listed removal has changed since the plan."""
    rules, version = stored_rules.rules_in_force(connection)
    if version == plan.content["policy_version"]:
        return version
    requested = plan.content["scope"]["customer"]
    used = connection.execute("SELECT DISTINCT basis FROM plan_file WHERE plan = ? AND action = 1", (plan.number,))
    for (number,) in used.fetchall():
        planned = plan.content["bases"][number]
        kind = (planned["inbox"], planned["category"], planned["direction"])
        now = basis(evaluate.match(rules, *kind), *kind)
        # A request needs no `remove_after`, so only what keeps files decided there.
        if now["keeps"] != planned["keeps"] or (not requested and now["remove"] != planned["remove"]):
            raise Refused(
                f"a policy that decided plan {plan.plan} has changed since; what is left was not removed",
                hint="make a new plan",
                topic=("plan-anew",),
            )
    return version
