"""Writing an evidence bundle, and telling what a check of one found."""

from __future__ import annotations

import tempfile  # noqa: TID253  # this module is only loaded to write a bundle or to check one
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli import __version__, times
from occ_media_cli.report import safe, words
from occ_media_cli.report.model import Column, Facts, Report, Table

if TYPE_CHECKING:
    from occ_media_cli.audit.bundle.bundle import Checked
    from occ_media_cli.audit.engine import Audit
    from occ_media_cli.audit.engines.sqlite import SqliteSource
    from occ_media_cli.audit.pseudonyms.veil import Veil
    from occ_media_cli.cli.session import Session
    from occ_media_cli.report.model import Line

CHUNK = 1 << 20


def write(
    session: Session, output: str, audit: Audit, short: Report, page: Report, source: SqliteSource, veil: Veil | None,
    sign: str | None, *, made: Mapping[str, str],
) -> None:  # fmt: skip
    """Write a bundle to a file that is there whole or not at all."""
    from occ_media_cli.audit.bundle import bundle
    from occ_media_cli.report import formats
    from occ_media_cli.report.formats import screen
    from occ_media_cli.store import signature, sink

    with tempfile.TemporaryFile() as stream:
        with bundle.BundleWriter(stream) as writer:
            writer.add("report.html", formats.render(page, "html", screen.OF_FILE))
            writer.add("report.json", formats.render(short, "json", screen.OF_FILE))
            writer.add("findings.csv", formats.render(short, "csv", screen.OF_FILE))
            writer.add("entries.ndjson", _entries(audit, source, veil))
            writer.add("settings.ndjson", _rows(source, "SELECT * FROM setting ORDER BY inbox_id, valid_from_ms", veil))
            writer.add("changes.ndjson", _rows(source, "SELECT * FROM change ORDER BY seq", veil))
            for verdict in audit.verdicts:
                text = verdict.rule.sql if veil is None or not verdict.rule.own else veil.text(verdict.rule.sql)
                writer.add(f"rules/{verdict.rule.id}.sql", [f"{text}\n".encode()])
            writer.add("checkpoint.json", [safe.json(_checkpoint(source, session.now, made)).encode("ascii") + b"\n"])
            data = writer.finish({
                "made": times.text(session.now), "program": f"occ-media {__version__}", "ledger_head": audit.head.state,
                "ledger_entries": audit.head.entries, "since": times.optional_text(audit.scope.since),
                "until": times.optional_text(audit.scope.until), "inboxes": list(audit.scope.inboxes) or None,
                "pseudonyms": veil is not None, "signed": sign is not None, "made_by": dict(made),
            })  # fmt: skip
            if sign is not None:
                writer.sign(signature.sign(Path(sign), data))
        stream.seek(0)
        sink.write(output, iter(lambda: stream.read(CHUNK), b""), session.guard)
    session.note(f"wrote {output}")


def _checkpoint(source: SqliteSource, now: int, made: Mapping[str, str]) -> dict[str, Any]:
    import json

    from occ_media_cli.ledger.verify.checkpoint import Checkpoint
    from occ_media_cli.store import chain

    seq, state = chain.head(source.connection)
    (entries,) = source.connection.execute("SELECT count(*) FROM record WHERE kind = 0").fetchone()
    row = source.connection.execute("SELECT body FROM event WHERE seq = 1").fetchone()
    store = json.loads(row[0])["secret_sha256"] if row else ""
    return dict(Checkpoint(seq, state.hex(), store, entries, now, made).document())


def _entries(audit: Audit, source: SqliteSource, veil: Veil | None) -> Iterator[bytes]:
    """The entries that findings are about, each once, in the order of the ledger."""
    from occ_media_cli.ledger.query import COLUMNS, shaped

    numbers = sorted({found.seq for found in audit.findings if found.seq is not None})
    for start in range(0, len(numbers), 500):
        part = numbers[start : start + 500]
        marks = ", ".join("?" * len(part))
        text = f"SELECT {COLUMNS} FROM entry WHERE seq IN ({marks}) ORDER BY seq"  # noqa: S608  # names of columns, and marks
        for row in source.connection.execute(text, part):
            entry = shaped(row)
            yield safe.json(entry if veil is None else veil.row(entry)).encode("ascii") + b"\n"


def _rows(source: SqliteSource, text: str, veil: Veil | None) -> Iterator[bytes]:
    source.copy(text)
    cursor = source.connection.execute(text)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        value = dict(zip(names, row, strict=True))
        if isinstance(value.get("version"), int) and value["version"] < 0:
            value["version"] = None  # a hand edit that nobody has recorded has no number
        yield safe.json(value if veil is None else veil.row(value)).encode("ascii") + b"\n"


def told(checked: Checked, path: str) -> Report:
    """What a check found, file by file."""
    problems = checked.problems
    signer = f"by {checked.signer}" if checked.signer else "by nobody"
    answer: Line = (
        f"{path} is intact: {words.plural(checked.files, 'file')}, {words.size(checked.bytes)}, signed {signer}"
        if not problems
        else f"{path} is ALTERED: {words.plural(len(problems), 'problem')}"
    )
    facts = Facts([
        ("Ledger head", checked.head, "id"), ("Ledger entries", checked.entries, "count"),
        ("Made", checked.made, "time"),
        ("Program", checked.program, "text"), ("Signed", signer, "id"),
    ])  # fmt: skip
    columns = (Column("state", "State", "state"), Column("file", "File", "path"), Column("what", "What", "text"))
    rows = [("problem", name, what) for name, what in problems]
    return Report(
        schema="occ-media/bundle-verify/1",
        title="Evidence bundle",
        head={
            "bundle": path, "intact": not problems, "files": checked.files, "bytes": checked.bytes,
            "ledger_head": checked.head, "ledger_entries": checked.entries, "made": checked.made,
            "program": checked.program, "signer": checked.signer,
        },
        records_key="problems",
        records=[{"file": name, "what": what} for name, what in problems],
        blocks=[Table(columns, rows, header=False)] if rows else [facts],
        answer=answer,
    )  # fmt: skip
