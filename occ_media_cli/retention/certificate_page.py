"""The page of a certificate, which people read, with the record inside that programs read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from occ_media_cli.retention import certificate
from occ_media_cli.vocabulary import REFUSAL_EVENTS

if TYPE_CHECKING:
    from occ_media_cli.report.blocks import Block
    from occ_media_cli.report.model import Report


def page(document: Mapping[str, Any], *, record: bool) -> Report:
    """A certificate as a report. record: with the record itself, for a page that is all that is kept."""
    import json
    from base64 import b64encode

    from occ_media_cli.report.blocks import Column, Facts, Lines, Section, Table
    from occ_media_cli.report.model import Report

    listed = list(rows(document))
    columns = (
        Column("step", "What happened", "state"), Column("entry", "Entry", "id"), Column("size", "Size", "extent"),
        Column("time", "When", "time"), Column("actor", "By", "id"), Column("sha256", "sha256", "id"),
        Column("why", "Why", "text"),
    )  # fmt: skip
    blocks: list[Block] = [
        Facts([(name, value, "text") for name, value in facts(document)]),
        Section("What happened", [Table(columns, listed)]),
        Section("What this cannot show", [Lines([certificate.LIMITS])]),
    ]
    if record:
        encoded = b64encode(json.dumps(document).encode()).decode("ascii")
        chunks = [encoded[start : start + 76] for start in range(0, len(encoded), 76)]
        lines = Lines([certificate.BEGIN, *chunks, certificate.END])
        blocks.append(Section("The record itself, by which a certificate is checked", [lines]))
    counts = ", ".join(f"{number} {word}" for word, number in document["summary"].items())
    return Report(
        schema=certificate.SCHEMA,
        title=f"Certificate of purge {document['plan']}",
        head={key: value for key, value in document.items() if key not in ("records", "sha256")},
        records_key="records",
        records=document["records"],
        tail=lambda: {"sha256": document["sha256"]},
        blocks=blocks,
        answer=f"plan {document['plan']}: {counts}; certificate {document['sha256']}",
        made=document.get("made"),
    )


def is_page_of(data: bytes, document: Mapping[str, Any]) -> bool:
    """Whether a page is, byte for byte, the one that this program makes of the record inside."""
    from occ_media_cli.report import formats
    from occ_media_cli.report.formats import screen

    return b"".join(formats.render(page(document, record=True), "html", screen.OF_FILE)) == data


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
        ("two people", certificate.two_people(document["records"])),
        ("signed with", ", ".join(signed) or "-"),
        ("policy", f"version {document['policy_version']}"),
    ]
    if document.get("orphans"):
        found.append(("files", "ORPHANS: no entry of the ledger named them or knew their sha256"))
    found.append(
        ("root", next(record for record in document["records"] if record["kind"] == "plan")["content"]["root"]["path"])
    )
    for step, clocks in certificate.clocks_of(document["records"]).items():
        if isinstance(clocks, dict):
            found.append((f"{step} at", f"{clocks['at']}; {clocks['wall']} by the machine's clock"))
    taken = [record for record in document["records"] if certificate.STEPS.get(record["kind"]) == "quarantined"]
    linked = sum(bool(item.get("other_links")) for record in taken for item in record["files"])
    if linked:
        found.append(("other links", f"{linked:,} files had other names in the file system, which keep their bytes"))
    if "verified" in document:
        found.append(("verified", "; ".join(_verified(document)) or "-"))
    for name in ("planned", "before", "after"):
        head = ledger[name]
        found.append((f"head {name}", f"{head['head']} at {head['seq']:,}" if head else "-"))
    found.append(("result", ", ".join(f"{number:,} {word}" for word, number in document["summary"].items())))
    return found


def _verified(document: Mapping[str, Any]) -> Iterator[str]:
    """Whether the whole ledger was verified before each step that was done, in words."""
    before = {"purged": "the purge", "finished": "the removal"}
    for step, head in certificate.verified_of(document["records"]).items():
        if isinstance(head, dict):
            yield f"the whole ledger before {before[step]}, up to {head['head']} at {head['seq']:,}"
        elif certificate.runs_of(document["records"], step):
            yield f"NOT before {before[step]}"


def rows(document: Mapping[str, Any]) -> Iterator[tuple[str, str, int | None, str, str, str | None, str | None]]:
    """The steps of each entry, in order: step, entry, size, time, actor, sha256, and why it was taken or kept."""
    for record in document["records"]:
        who = (record["time"], record["actor"])
        if record["kind"] in certificate.STEPS:
            for item in record["files"]:
                numbers = certificate.numbers_of(item)
                why = item.get("reasons", [None] * len(numbers))
                for entry, content, reason in zip(numbers, item["contents"], why, strict=True):
                    digest, size = content or (None, None)
                    yield certificate.STEPS[record["kind"]], f"#{entry}", size, *who, digest, reason
        elif record["kind"] in REFUSAL_EVENTS:
            for entry in certificate.numbers_of(record):
                yield f"kept: {record['code']}", f"#{entry}", None, *who, None, record["words"]
