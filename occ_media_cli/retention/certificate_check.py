"""Checking a certificate without any store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from occ_media_cli.decoding import Undecodable, decode
from occ_media_cli.errors import MalformedInput
from occ_media_cli.retention import certificate, certificate_page, orphans
from occ_media_cli.retention.plan import approval
from occ_media_cli.settings import second_person
from occ_media_cli.settings.document.load import LARGEST
from occ_media_cli.store import canonical


def check_certificate(data: bytes, file: str) -> list[str]:
    """Check a certificate: the mistakes in it in words, and no words where all of it holds. Needs no store.

    MalformedInput where it is no certificate at all.
    """
    document = _load(data, file)
    try:
        found = list(_problems(document))
        return found or list(_page(data, document))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
        return [f"it is not of the form that this program writes: {type(problem).__name__} {problem}"]


def _load(data: bytes, file: str) -> dict[str, Any]:
    text = data.decode("utf-8", "replace")
    if text.lstrip().startswith("<"):
        import re
        from base64 import b64decode
        from html import unescape

        found = re.search(f"{certificate.BEGIN}(.*?){certificate.END}", text, re.DOTALL)
        bare = re.sub(r"<[^>]*>", "", found[1]) if found else ""
        try:
            text = b64decode("".join(re.findall(r"[A-Za-z0-9+/=]{4,}", unescape(bare)))).decode("utf-8")
        except ValueError:
            text = ""
    try:
        document = decode(text, largest=LARGEST)
    except Undecodable:
        document = None
    if not isinstance(document, dict) or document.get("schema") != certificate.SCHEMA:
        raise MalformedInput(
            "no certificate of a purge",
            file=file,
            hint="name the JSON document or the page of a certificate",
            topic=("certificate",),
        )
    return document


def _page(data: bytes, document: Mapping[str, Any]) -> Iterator[str]:
    """What people read around the record says the same. Another version may have drawn it otherwise, and is named."""
    from occ_media_cli import __version__

    if data.lstrip()[:1] == b"<" and not certificate_page.is_page_of(data, document):
        made = document.get("made")
        version = str(made.get("version")) if isinstance(made, dict) else "an older version"
        if version == __version__:
            yield "the page around its record says something else than the record, or was changed"
        else:
            yield f"the page around its record is not of this version but of {version}: only the record inside holds"


def _problems(document: Mapping[str, Any]) -> Iterator[str]:
    records: list[dict[str, Any]] = document["records"]
    before = sha256(certificate.SCHEMA.encode()).hexdigest()
    for number, record in enumerate(records, start=1):
        before = certificate.advance_hash(before, record)
        if record["hash"] != before:
            yield f"record {number} ({record['kind']}) was changed, or one before it was taken out"
            return
    head = {key: value for key, value in document.items() if key not in ("records", "sha256")}
    if document["sha256"] != certificate.hash_whole(head, before):
        yield "its head was changed, or its last records were taken out"
    planned: dict[str, Any] = next((record for record in records if record["kind"] == "plan"), {})
    digest = sha256(canonical.encode(planned["content"])).hexdigest()
    if digest != document["plan_sha256"] or not digest.startswith(document["plan"]) or len(document["plan"]) != 16:
        yield "the plan is not the one that its id stands for"
    if document["summary"] != certificate.summarise(records):
        yield "the summary is not what the records come to"
    if document.get("orphans", False) is not (planned["content"].get("kind") == orphans.KIND):
        yield "it is wrong about whether entries named the files"
    yield from _heads(document, records)
    for name, said in (
        ("who planned", document["planned_by"] != certificate.person(planned)),
        ("the root", document.get("root", planned["content"]["root"]["path"]) != planned["content"]["root"]["path"]),
        ("the policy", document["policy_version"] != planned["content"]["policy_version"]),
        (
            "who approved",
            document["approved_by"] != [certificate.person(r) for r in records if r["kind"] == "approval"],
        ),
    ):
        if said:
            yield f"it is wrong about {name}"
    yield from _approvals(document, records, planned["actor"])


def _heads(document: Mapping[str, Any], records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The heads of the ledger are those that the records say. Behind what comes after a purge stands the head of the
    moment at which the certificate was made, which lies behind its last record."""
    stated, after = document["ledger"], document["ledger"]["after"]
    now = (after["seq"], bytes.fromhex(after["head"])) if after is not None else (0, b"")
    if stated != certificate.ledger_heads(records, now):
        yield "it is wrong about the heads of the ledger"
    elif after is not None and records[-1]["kind"] != "purge-end" and after["seq"] < records[-1]["seq"]:
        yield "its last head lies before its last record"


def _approvals(document: Mapping[str, Any], records: Sequence[Mapping[str, Any]], planner: str) -> Iterator[str]:
    from occ_media_cli.store.signature import Signature, verify_signature

    given = [record for record in records if record["kind"] == "approval"]
    if any(record["kind"] in ("purge", "orphan-purge") for record in records) and not given:
        yield "files were purged and nobody approved"
    second = any(not second_person.is_same_person(item["actor"], planner) for item in given)
    if document["second_person"] is not second:
        yield "it is wrong about a second person"
    if document.get("two_people", certificate.two_people(records)) != certificate.two_people(records):
        yield "it is wrong about two people"
    if document.get("clocks", certificate.clocks_of(records)) != certificate.clocks_of(records):
        yield "it is wrong about the clocks of its records"
    if document.get("verified", certificate.verified_of(records)) != certificate.verified_of(records):
        yield "it is wrong about the verification of the ledger"
    for item in given:
        if item["digest"] != document["plan_sha256"]:
            yield f"the approval by {item['actor']} is for another plan"
        if item["signature"] is not None:
            signed = Signature(item["signature"], item["key"])
            if not verify_signature(signed, approval.text(document["plan"], item["digest"], item["actor"])):
                yield f"the signature of {item['actor']} does not verify"


def load_certificate(data: bytes, file: str) -> dict[str, Any]:
    """The certificate inside a JSON document or a page."""
    return _load(data, file)
