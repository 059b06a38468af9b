"""The page of a certificate, which people read, with the record inside that programs read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from occ_media_cli.retention import certificate, certificate_check

if TYPE_CHECKING:
    from occ_media_cli.report.model import Block, Report


def page(document: Mapping[str, Any], *, record: bool) -> Report:
    """A certificate as a report. record: with the record itself, for a page that is all that is kept."""
    import json
    from base64 import b64encode

    from occ_media_cli.report.model import Column, Facts, Lines, Report, Section, Table

    rows = list(certificate_check.rows(document))
    columns = (
        Column("step", "What happened", "state"), Column("entry", "Entry", "id"), Column("size", "Size", "size"),
        Column("time", "When", "time"), Column("actor", "By", "id"), Column("sha256", "sha256", "id"),
        Column("why", "Why", "text"),
    )  # fmt: skip
    blocks: list[Block] = [
        Facts([(name, value, "text") for name, value in certificate_check.facts(document)]),
        Section("What happened", [Table(columns, rows)]),
        Section("What this cannot show", [Lines([certificate.LIMITS])]),
    ]
    if record:
        encoded = b64encode(json.dumps(document).encode()).decode("ascii")
        chunks = [encoded[start : start + 76] for start in range(0, len(encoded), 76)]
        lines = Lines([certificate.BEGIN, *chunks, certificate.END])
        blocks.append(Section("The record itself, for occ-media retention verify --certificate", [lines]))
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
