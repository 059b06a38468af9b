"""The certificate of a purge: what went, when, under which policy, approved by whom. It survives the files.

It names entries by their place in the chain, by sha256 and size: no names, paths, customers or ids. Its records are
hash-chained, so that it can be checked without the store; an SSH signature of an approval is checked with it.

What it cannot prove alone: that it is all of the story. The places in the chain that it names can be compared with the
store, or with a checkpoint kept elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.decoding import Undecodable, decode
from occ_media_cli.errors import MalformedInput
from occ_media_cli.retention import approval, orphans, plans
from occ_media_cli.settings.document import LARGEST
from occ_media_cli.store import canonical

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.report.model import Json

SCHEMA = "occ-media/certificate/1"

BEGIN, END = "BEGIN OCC-MEDIA CERTIFICATE", "END OCC-MEDIA CERTIFICATE"
"""What stands around the certificate, in base64, in a page."""

LIMITS = (
    "The certificate shows that its records belong together and were not changed. That nothing is left out shows only"
    " when its ledger heads are compared with the store, or with a checkpoint that was kept elsewhere."
)

_KINDS = (
    "plan", "approval", "purge-begin", "purge", "purge-refused", "purge-end", "purge-finish", "restore",
    "orphan-purge", "orphan-refused", "orphan-finish", "orphan-restore",
)  # fmt: skip

_STEPS = {"purge": "quarantined", "purge-finish": "removed", "restore": "restored", **orphans.STATES}
"""What each kind of record did to the files that it names."""

_EVENTS = f"""
SELECT seq, kind, ms, wall, actor, os_user, host, program, body, lower(hex(link)) FROM event
WHERE kind IN ({", ".join(f"'{kind}'" for kind in _KINDS)}) AND json_extract(body, '$.number') = ? ORDER BY seq"""


def make(connection: sqlite3.Connection, name: str) -> dict[str, Json]:
    """The certificate of a plan as it stands now."""
    plan = plans.find(connection, name)
    approval.unaltered(connection, plan)
    contents: dict[int, Sequence[Json]] = {
        item.seq: [item.sha256.hex(), item.size] for item in orphans.listed(connection, plan.number)
    }
    contents |= {
        seq: [digest.hex() if digest is not None else None, size]
        for seq, digest, size in connection.execute(
            "SELECT seq, sha256, size FROM plan_file WHERE plan = ? AND action = 1", (plan.number,)
        )
    }
    records: list[dict[str, Json]] = []
    before = sha256(SCHEMA.encode()).hexdigest()
    for seq, kind, ms, wall, actor, os_user, host, program, body, link in connection.execute(_EVENTS, (plan.number,)):
        record: dict[str, Any] = {
            "seq": seq, "kind": kind, "time": times.text(ms), "wall": times.text(wall), "actor": actor,
            "os_user": os_user, "host": host, "program": program, "link": link,
            **_said(kind, json.loads(body), contents),
        }  # fmt: skip
        before = record["hash"] = _step(before, record)
        records.append(record)
    planner = next(record for record in records if record["kind"] == "plan")
    approvers = [record for record in records if record["kind"] == "approval"]
    second = any(not approval.same_person(str(item["actor"]), plan.planner) for item in approvers)
    head: dict[str, Json] = {
        "schema": SCHEMA,
        "plan": plan.plan,
        "plan_sha256": plan.digest,
        "planned_by": {"actor": planner["actor"], "os_user": planner["os_user"]},
        "approved_by": [{"actor": item["actor"], "os_user": item["os_user"]} for item in approvers],
        "second_person": second,
        "policy_version": plan.content["policy_version"],
        **({"orphans": True} if orphans.are_planned(plan) else {}),
        "ledger": _ledger(plan, records),
        "summary": _summary(records),
    }
    return {**head, "records": records, "sha256": _whole(head, before)}


def _said(kind: str, body: dict[str, Any], contents: Mapping[int, Sequence[Json]]) -> dict[str, Any]:
    """What an event says, without what only the store needs."""
    if kind == "plan":
        return {"content": body["content"]}
    kept = {key: value for key, value in body.items() if key not in ("number", "plan")}
    if isinstance(kept.get("files"), list):
        kept["files"] = [
            {**item, "contents": [contents.get(entry) for entry in _numbers(item)]} for item in kept["files"]
        ]
    return kept


def _numbers(said: Mapping[str, Any]) -> list[int]:
    """The entries that a record is about, or the orphan."""
    found: list[int] = said["entries"] if "entries" in said else [said["orphan"]]
    return found


def _step(before: str, record: Mapping[str, Any]) -> str:
    return sha256(
        bytes.fromhex(before) + canonical.encode({k: v for k, v in record.items() if k != "hash"})
    ).hexdigest()


def _whole(head: Mapping[str, Any], last: str) -> str:
    return sha256(bytes.fromhex(last) + canonical.encode(head)).hexdigest()


def _ledger(plan: plans.Plan, records: Sequence[Mapping[str, Any]]) -> dict[str, Json]:
    """The heads of the chain: at the plan, before the first purge, and after the last."""
    begin = next((item for item in records if item["kind"] == "purge-begin"), None)
    end = next((item for item in reversed(records) if item["kind"] == "purge-end"), None)
    return {
        "planned": {"seq": plan.content["ledger_seq"], "head": plan.content["ledger_head"]},
        "before": {"seq": begin["head_seq"], "head": begin["head"]} if begin else None,
        "after": {"seq": end["head_seq"], "head": end["head"]} if end else None,
    }


def _summary(records: Sequence[Mapping[str, Any]]) -> dict[str, Json]:
    """Entries by what became of their bytes; a later step replaces an earlier one."""
    state: dict[int, str] = {}
    refused: set[int] = set()
    for record in records:
        word = _STEPS.get(record["kind"])
        if word is not None:
            state.update({entry: word for item in record["files"] for entry in _numbers(item)})
        elif record["kind"] in ("purge-refused", "orphan-refused"):
            refused.update(_numbers(record))
    words = ("quarantined", "removed", "restored")
    counts: dict[str, Json] = {word: sum(found == word for found in state.values()) for word in words}
    return {**counts, "refused": len(refused - set(state))}


def check(data: bytes, file: str) -> list[str]:
    """What is wrong with a certificate, in words; nothing where all of it holds. Needs no store.

    MalformedInput where it is no certificate at all.
    """
    document = _load(data, file)
    try:
        return list(_problems(document))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
        return [f"it is not of the form that this program writes: {type(problem).__name__} {problem}"]


def _load(data: bytes, file: str) -> dict[str, Any]:
    text = data.decode("utf-8", "replace")
    if text.lstrip().startswith("<"):
        import re
        from base64 import b64decode
        from html import unescape

        found = re.search(f"{BEGIN}(.*?){END}", text, re.DOTALL)
        bare = re.sub(r"<[^>]*>", "", found[1]) if found else ""
        try:
            text = b64decode("".join(re.findall(r"[A-Za-z0-9+/=]{4,}", unescape(bare)))).decode("utf-8")
        except ValueError:
            text = ""
    try:
        document = decode(text, largest=LARGEST)
    except Undecodable:
        document = None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise MalformedInput(
            "no certificate of a purge", file=file, hint="occ-media retention certificate PLAN --format json makes one"
        )
    return document


def _problems(document: Mapping[str, Any]) -> Iterator[str]:
    records: list[dict[str, Any]] = document["records"]
    before = sha256(SCHEMA.encode()).hexdigest()
    for number, record in enumerate(records, start=1):
        before = _step(before, record)
        if record["hash"] != before:
            yield f"record {number} ({record['kind']}) was changed, or one before it was taken out"
            return
    head = {key: value for key, value in document.items() if key not in ("records", "sha256")}
    if document["sha256"] != _whole(head, before):
        yield "its head was changed, or its last records were taken out"
    planned: dict[str, Any] = next((record for record in records if record["kind"] == "plan"), {})
    digest = sha256(canonical.encode(planned["content"])).hexdigest()
    if digest != document["plan_sha256"] or not digest.startswith(document["plan"]) or len(document["plan"]) != 16:
        yield "the plan is not the one that its id stands for"
    if document["summary"] != _summary(records):
        yield "the summary is not what the records come to"
    if document.get("orphans", False) is not (planned["content"].get("kind") == orphans.KIND):
        yield "it is wrong about whether entries named the files"
    yield from _approvals(document, records, planned["actor"])


def _approvals(document: Mapping[str, Any], records: Sequence[Mapping[str, Any]], planner: str) -> Iterator[str]:
    from occ_media_cli.store.signature import Signature, verify

    given = [record for record in records if record["kind"] == "approval"]
    if any(record["kind"] in ("purge", "orphan-purge") for record in records) and not given:
        yield "files were purged and nobody approved"
    second = any(not approval.same_person(item["actor"], planner) for item in given)
    if document["second_person"] is not second:
        yield "it is wrong about a second person"
    for item in given:
        if item["digest"] != document["plan_sha256"]:
            yield f"the approval by {item['actor']} is for another plan"
        if item["signature"] is not None:
            signed = Signature(item["signature"], item["key"])
            if not verify(signed, approval.text(document["plan"], item["digest"], item["actor"])):
                yield f"the signature of {item['actor']} does not verify"


def load(data: bytes, file: str) -> dict[str, Any]:
    """The certificate inside a JSON document or a page."""
    return _load(data, file)


def facts(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The certificate's head as names and words."""
    from occ_media_cli.store.signature import fingerprint

    def people(some: Sequence[Mapping[str, str]]) -> str:
        return ", ".join(f"{item['actor']} (OS user {item['os_user']})" for item in some) or "nobody"

    signed = [fingerprint(item["key"]) for item in document["records"] if item["kind"] == "approval" and item["key"]]
    ledger = document["ledger"]
    found = [
        ("plan", f"{document['plan']}, sha256 {document['plan_sha256']}"),
        ("planned by", people([document["planned_by"]])),
        ("approved by", people(document["approved_by"])),
        ("two people", "yes" if document["second_person"] else "NO: the store did not ask for a second person"),
        ("signed with", ", ".join(signed) or "-"),
        ("policy", f"version {document['policy_version']}"),
    ]
    if document.get("orphans"):
        found.append(("files", "ORPHANS: no entry of the ledger named them or knew their sha256"))
    for name in ("planned", "before", "after"):
        head = ledger[name]
        found.append((f"head {name}", f"{head['head']} at {head['seq']:,}" if head else "-"))
    found.append(("result", ", ".join(f"{number:,} {word}" for word, number in document["summary"].items())))
    return found


def rows(document: Mapping[str, Any]) -> Iterator[tuple[str, str, int | None, str, str, str | None]]:
    """What happened to each entry, in order: step, entry, size, time, actor, sha256."""
    for record in document["records"]:
        who = (record["time"], record["actor"])
        if record["kind"] in _STEPS:
            for item in record["files"]:
                for entry, content in zip(_numbers(item), item["contents"], strict=True):
                    digest, size = content or (None, None)
                    yield _STEPS[record["kind"]], f"#{entry}", size, *who, digest
        elif record["kind"] in ("purge-refused", "orphan-refused"):
            for entry in _numbers(record):
                yield f"kept: {record['code']}", f"#{entry}", None, *who, None
