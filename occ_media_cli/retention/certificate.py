"""The certificate of a purge: what went, when, under which policy, approved by whom. It survives the files.

It names entries by their place in the chain, by sha256 and size: no names, paths, customers or ids. Its records are
hash-chained, so that it can be checked without the store; an SSH signature of an approval is checked with it.

What it cannot prove alone: that it is all of the story. The places in the chain that it names can be compared with the
store, or with a checkpoint kept elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.retention import orphans
from occ_media_cli.retention.plan import approval, saved
from occ_media_cli.settings import second_person
from occ_media_cli.store import canonical, chain
from occ_media_cli.vocabulary import ENTRY_STEPS, ORPHAN_STEPS, REFUSAL_EVENTS, REMOVAL_STATES, state_of

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.report.json_types import Json

SCHEMA = "occ-media/certificate/1"

BEGIN, END = "BEGIN OCC-MEDIA CERTIFICATE", "END OCC-MEDIA CERTIFICATE"
"""The marks around the certificate, in base64, in a page."""

LIMITS = (
    "The certificate shows that its records belong together and were not changed. That nothing is left out shows only"
    " when its ledger heads are compared with the store, or with a checkpoint that was kept elsewhere."
)

_KINDS = (
    "plan", "approval", "purge-begin", "purge-end", *ENTRY_STEPS, *ORPHAN_STEPS, *REFUSAL_EVENTS,
)  # fmt: skip

STEPS = state_of(ENTRY_STEPS) | orphans.STATES
"""The state of the files that a record names, after each kind of record."""

_EVENTS = f"""
SELECT seq, kind, ms, wall, actor, os_user, host, program, body, lower(hex(link)) FROM event
WHERE kind IN ({", ".join(f"'{kind}'" for kind in _KINDS)}) AND json_extract(body, '$.number') = ? ORDER BY seq"""


def make_certificate(
    connection: sqlite3.Connection, name: str, made: Mapping[str, str] | None = None
) -> dict[str, Json]:
    """The certificate of a plan as it stands now. made: who makes it, when and where (`store.who.Made.as_json`)."""
    plan = saved.find_plan(connection, name)
    approval.refuse_altered(connection, plan)
    planned = _planned_files(connection, plan)
    records: list[dict[str, Json]] = []
    before = sha256(SCHEMA.encode()).hexdigest()
    for seq, kind, ms, wall, actor, os_user, host, program, body, link in connection.execute(_EVENTS, (plan.number,)):
        record: dict[str, Any] = {
            "seq": seq, "kind": kind, "time": times.text(ms), "wall": times.text(wall), "actor": actor,
            "os_user": os_user, "host": host, "program": program, "link": link,
            **_said(kind, json.loads(body), planned),
        }  # fmt: skip
        before = record["hash"] = advance_hash(before, record)
        records.append(record)
    planner = next(record for record in records if record["kind"] == "plan")
    approvers = [record for record in records if record["kind"] == "approval"]
    second = any(not second_person.is_same_person(str(item["actor"]), plan.planner) for item in approvers)
    head: dict[str, Json] = {
        "schema": SCHEMA,
        "plan": plan.plan,
        "plan_sha256": plan.digest,
        "planned_by": person(planner),
        "approved_by": [person(item) for item in approvers],
        "second_person": second,
        "two_people": two_people(records),
        "root": plan.content["root"]["path"],
        "clocks": clocks_of(records),
        "policy_version": plan.content["policy_version"],
        **({"orphans": True} if orphans.are_planned(plan) else {}),
        "ledger": ledger_heads(records, chain.head(connection)),
        "verified": verified_of(records),
        "summary": summarise(records),
        **({"made": dict(made)} if made is not None else {}),
    }
    return {**head, "records": records, "sha256": hash_whole(head, before)}


@dataclass(frozen=True, slots=True)
class _PlannedFile:
    """An entry or orphan that a plan removes. rule: the scope and age that let it go, in words."""

    sha256: str | None
    size: int | None
    rule: str | None
    reason: str


def _planned_files(connection: sqlite3.Connection, plan: saved.Plan) -> dict[int, _PlannedFile]:
    """Everything that a plan removes, by its place in the chain."""
    found = {
        item.seq: _PlannedFile(
            item.sha256.hex(), item.size, f"older than {plan.content['older_than']}", "no entry named it"
        )
        for item in orphans.listed(connection, plan.number)
    }
    query = "SELECT seq, sha256, size, basis, reasons FROM plan_file WHERE plan = ? AND action = 1"
    for seq, digest, size, basis, why in connection.execute(query, (plan.number,)):
        words = "; ".join(str(reason[1]) for reason in plan.content["reasons"][why])
        rule = _rule_in_words(plan.content["bases"][basis])
        found[seq] = _PlannedFile(digest.hex() if digest is not None else None, size, rule, words)
    return found


def _rule_in_words(basis: Mapping[str, Any]) -> str | None:
    """The rule that let a kind of file go, and those that had kept it until then: by numbers of inboxes, which a new
    name leaves alone."""
    rules = [("remove after", basis["remove"])] if basis["remove"] else []
    rules += [("keep for", keep) for keep in basis["keeps"]]
    found = []
    for what, (inbox, category, direction, span) in rules:
        scope = [f"inbox #{inbox}" if inbox is not None else None, category, direction]
        where = ", ".join(word for word in scope if word is not None) or "default"
        found.append(f"{where}: {what} {span // times.SECOND}s")
    return "; ".join(found) or None


def _said(kind: str, body: dict[str, Any], planned: Mapping[int, _PlannedFile]) -> dict[str, Any]:
    """The body of an event for a reader of the certificate, without numbers that mean something in the store only."""
    if kind == "plan":
        return {"content": body["content"]}
    kept = {key: value for key, value in body.items() if key not in ("number", "plan")}
    if isinstance(kept.get("files"), list):
        kept["files"] = [
            {**item, **_known(kind, [planned.get(entry) for entry in numbers_of(item)])} for item in kept["files"]
        ]
    return kept


def _known(kind: str, some: Sequence[_PlannedFile | None]) -> dict[str, Any]:
    """The facts of the plan about the files of a step. Why they go stands once, at the step that takes them."""
    found: dict[str, Any] = {"contents": [[item.sha256, item.size] if item is not None else None for item in some]}
    if STEPS[kind] == "quarantined":
        found["rules"] = [item.rule if item is not None else None for item in some]
        found["reasons"] = [item.reason if item is not None else None for item in some]
    return found


def person(record: Mapping[str, Any]) -> dict[str, Json]:
    """Who stands for a record."""
    return {"actor": record["actor"], "os_user": record["os_user"]}


def two_people(records: Sequence[Mapping[str, Any]]) -> str:
    """How sure it is that two people agreed."""
    people = [(record["kind"], second_person.Actor(record["actor"], record["os_user"])) for record in records]
    planner = next(person for kind, person in people if kind == "plan")
    return second_person.describe_two_people(planner, [person for kind, person in people if kind == "approval"])


_CLOCKED = {"planned": "plan", "approved": "approval", "purged": "purge-begin", "finished": "purge-finish"}


def clocks_of(records: Sequence[Mapping[str, Any]]) -> dict[str, Json]:
    """When each step was first done: by the clock of the command, which may be any, and by the machine's."""
    found: dict[str, Json] = {}
    for step, wanted in _CLOCKED.items():
        kinds = (wanted, "orphan-finish") if step == "finished" else (wanted,)
        first = next((record for record in records if record["kind"] in kinds), None)
        found[step] = {"at": first["time"], "wall": first["wall"]} if first is not None else None
    return found


VERIFIED = {"purged": ("purge-begin",), "finished": ("purge-finish", "orphan-finish")}
"""The records of each step that say up to which head the ledger was verified before."""


def runs_of(records: Sequence[Mapping[str, Any]], step: str) -> list[Mapping[str, Any]]:
    """The records of a step that a run wrote by itself: one that puts on record what a killed run did knows no more."""
    return [item for item in records if item["kind"] in VERIFIED[step] and not item.get("recovered")]


def verified_of(records: Sequence[Mapping[str, Any]]) -> dict[str, Json]:
    """Up to which head the whole ledger was verified before files were taken, and before they were removed for good:
    the last such head, and None where a run went without."""
    found: dict[str, Json] = {}
    for step in VERIFIED:
        said: list[Json] = [item.get("verified") for item in runs_of(records, step)]
        found[step] = said[-1] if all(said) and said else None
    return found


def numbers_of(said: Mapping[str, Any]) -> list[int]:
    """The entries that a record is about, or the orphan."""
    found: list[int] = said["entries"] if "entries" in said else [said["orphan"]]
    return found


def advance_hash(before: str, record: Mapping[str, Any]) -> str:
    """The chain's next hash: over the one before and a record, whose own hash is left out."""
    return sha256(
        bytes.fromhex(before) + canonical.encode({k: v for k, v in record.items() if k != "hash"})
    ).hexdigest()


def hash_whole(head: Mapping[str, Any], last: str) -> str:
    """The hash of a certificate: over the last record's, and the head."""
    return sha256(bytes.fromhex(last) + canonical.encode(head)).hexdigest()


def ledger_heads(records: Sequence[Mapping[str, Any]], now: tuple[int, bytes]) -> dict[str, Json]:
    """The heads of the chain: at the plan, before the first purge, and after the last step.

    The end of a purge says its own. What comes after it, a file that is brought back or the end of the grace, has
    none, so that the head of now, when the certificate is made, stands behind all of it.
    """
    content = next(item for item in records if item["kind"] == "plan")["content"]
    begin = next((item for item in records if item["kind"] == "purge-begin"), None)
    end = next((item for item in reversed(records) if item["kind"] == "purge-end"), None)
    after: dict[str, Json] | None = {"seq": end["head_seq"], "head": end["head"]} if end else None
    if begin is not None and records[-1] is not end:
        after = {"seq": now[0], "head": now[1].hex()}
    return {
        "planned": {"seq": content["ledger_seq"], "head": content["ledger_head"]},
        "before": {"seq": begin["head_seq"], "head": begin["head"]} if begin else None,
        "after": after,
    }


def summarise(records: Sequence[Mapping[str, Any]]) -> dict[str, Json]:
    """Entries by what became of their bytes; a later step replaces an earlier one."""
    state: dict[int, str] = {}
    refused: set[int] = set()
    for record in records:
        word = STEPS.get(record["kind"])
        if word is not None:
            state.update({entry: word for item in record["files"] for entry in numbers_of(item)})
        elif record["kind"] in REFUSAL_EVENTS:
            refused.update(numbers_of(record))
    counts: dict[str, Json] = {word: sum(found == word for found in state.values()) for word in REMOVAL_STATES}
    return {**counts, "refused": len(refused - set(state))}
