"""Approving a plan: a second person says that exactly these files may go."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import Refused, StoreInvalid
from occ_media_cli.retention import orphans, retention_rows
from occ_media_cli.retention.ledger_check import compare_rows
from occ_media_cli.retention.plan import saved
from occ_media_cli.settings import past, second_person
from occ_media_cli.store import chain
from occ_media_cli.store.connect import transaction

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.signature import Signature


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval on record."""

    actor: str
    os_user: str
    ms: int
    wall: int
    digest: str
    signature: Signature | None


def text(plan: str, digest: str, approver: str) -> bytes:
    """The text that an approval signs: the plan, its digest and the actor who approves it."""
    return f"occ-media approval\nplan {plan}\nsha256 {digest}\nby {approver}\n".encode()


def approvals(connection: sqlite3.Connection, plan: saved.Plan) -> list[Approval]:
    """The approvals of a plan, oldest first."""
    from occ_media_cli.store.signature import Signature

    found = []
    for actor, os_user, ms, wall, body in connection.execute(
        "SELECT e.actor, e.os_user, e.ms, e.wall, e.body FROM approval_state a JOIN event e ON e.seq = a.event"
        " WHERE a.plan = ? ORDER BY a.event",
        (plan.number,),
    ):
        said = json.loads(body)
        signed = Signature(said["signature"], said["key"]) if said["signature"] is not None else None
        found.append(Approval(actor, os_user, ms, wall, said["digest"], signed))
    return found


def approve(
    connection: sqlite3.Connection,
    name: str,
    stamp: chain.Stamp,
    key: Path | None = None,
    *,
    backdate: str | None = None,
) -> tuple[saved.Plan, Approval]:
    """Approve a plan, with an SSH signature where a key is given.

    backdate: why it is approved at a moment before it was made or last approved, which is refused otherwise. Refused
    for the planner, while the store asks for a second person, for a person who approved it before, and for a name that
    may be read as another. StoreInvalid where a hold, a rule, the plan or an approval is not what its event says.
    """
    from occ_media_cli.store import signature

    plan = saved.find_plan(connection, name)
    refuse_altered(connection, plan)
    _refuse_same_person(connection, plan, stamp.actor)
    compare_rows(connection, "nothing was approved")
    signed = None
    if key is not None:
        signed = signature.sign(key, text(plan.plan, plan.digest, stamp.actor))
    with transaction(connection):
        _refuse_same_person(connection, plan, stamp.actor)
        which = ("SELECT ? UNION SELECT event FROM approval_state WHERE plan = ?", (plan.event, plan.number))
        past.refuse_events_past(connection, f"plan {plan.plan} was", which, stamp, backdate)
        body = {
            "number": plan.number, "plan": plan.plan, "digest": plan.digest,
            "signature": signed.text if signed else None, "key": signed.key if signed else None,
            **past.recorded(backdate),
        }  # fmt: skip
        retention_rows.record(connection, chain.Event("approval", body, stamp.now), stamp)
    return plan, approvals(connection, plan)[-1]


def _refuse_same_person(connection: sqlite3.Connection, plan: saved.Plan, actor: str) -> None:
    second_person.refuse_unclear_approver(actor)
    if second_person.is_refused(connection, plan.planner, actor):
        who = second_person.name_both(actor, plan.planner)
        raise Refused(
            f"{who} planned {plan.plan} and cannot approve it too; nothing was approved",
            hint="another person must approve it",
            topic=("approve-by-another", "another person", plan.plan),
        )
    if any(second_person.is_same_person(actor, known.actor) for known in approvals(connection, plan)):
        raise Refused(
            f"{actor} approved {plan.plan} before; nothing was changed",
            topic=("purge", plan.plan, str(plan.content["root"].get("path", "DIR"))),
        )


def valid_approvals(connection: sqlite3.Connection, plan: saved.Plan) -> list[Approval]:
    """The approvals that let a plan be purged now: of its digest, and by a second person where the store asks."""
    return [
        item
        for item in approvals(connection, plan)
        if item.digest == plan.digest and not second_person.is_refused(connection, plan.planner, item.actor)
    ]


def describe_two_people(plan: saved.Plan, given: Iterable[Approval]) -> str:
    """How sure it is that two people agreed to a plan, as `second_person.describe_two_people` says it."""
    planner = second_person.Actor(plan.planner, plan.planner_user)
    return second_person.describe_two_people(planner, (second_person.Actor(item.actor, item.os_user) for item in given))


def refuse_altered(connection: sqlite3.Connection, plan: saved.Plan) -> None:
    """StoreInvalid where the plan or its files are not what its id stands for."""
    files = orphans.digest if orphans.are_planned(plan) else saved.digest
    found = files(connection, plan.number)
    if not plan.digest.startswith(plan.plan) or found != (plan.content["files_sha256"], plan.content["files"]):
        raise StoreInvalid(f"plan {plan.plan} was altered in the store; nothing was changed", topic=("verify",))
