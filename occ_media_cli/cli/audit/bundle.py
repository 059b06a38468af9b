"""Writing an evidence bundle, or telling why there is none."""

from __future__ import annotations

import tempfile  # noqa: TID253  # this module is only loaded where a bundle is asked for
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli import __version__, times
from occ_media_cli.report import safe

if TYPE_CHECKING:
    from occ_media_cli.audit.engine import Audit
    from occ_media_cli.audit.engines.sqlite import SqliteSource
    from occ_media_cli.audit.pseudonyms.veil import Veil
    from occ_media_cli.cli.session import Session
    from occ_media_cli.report.model import Report
    from occ_media_cli.store.who import Made

CHUNK = 1 << 20


def write(
    session: Session, output: str, audit: Audit, short: Report, page: Report, source: SqliteSource, veil: Veil | None,
    sign: str | None, *, made: Made, known: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Write a bundle to a file that is there whole or not at all."""
    from occ_media_cli.audit.bundle import bundle, compared, enclosed_views, restated
    from occ_media_cli.audit.bundle import bundle_queries as facts
    from occ_media_cli.ledger.verify.checkpoint import read_checkpoint
    from occ_media_cli.report import formats
    from occ_media_cli.report.formats import screen
    from occ_media_cli.store import signature, sink

    mark = read_checkpoint(source.connection, session.now, made)
    with tempfile.TemporaryFile() as stream:
        with bundle.BundleWriter(stream) as writer:
            writer.add_file("report.html", formats.render(page, "html", screen.OF_FILE))
            writer.add_file("report.json", formats.render(short, "json", screen.OF_FILE))
            writer.add_file("findings.csv", formats.render(short, "csv", screen.OF_FILE))
            writer.add_file("entries.ndjson", _lines(facts.read_entries(source, _numbers(audit)), veil))
            writer.add_file("settings.ndjson", _lines(facts.read_settings(source), veil))
            writer.add_file("changes.ndjson", _lines(facts.read_changes(source), veil))
            if veil is None:  # a rule that looks at names finds nothing among pseudonyms
                for view in enclosed_views.ENCLOSED:
                    rows = enclosed_views.rows_of_view(source, view, _numbers(audit))
                    writer.add_file(enclosed_views.file_of(view), _lines(rows))
                if known is not None:
                    rows = ({"fingerprint": mark, "rule": rule} for mark, rule in known.items())
                    writer.add_file(enclosed_views.file_of(enclosed_views.BASELINE), _lines(rows))
            for verdict in audit.verdicts:
                text = verdict.rule.sql if veil is None or not verdict.rule.own else veil.text(verdict.rule.sql)
                writer.add_file(f"rules/{verdict.rule.id}.sql", [f"{text}\n".encode()])
            own = [restated.own_rule_row(verdict.rule) for verdict in audit.verdicts if verdict.rule.own]
            if own and veil is None:
                writer.add_file(restated.OWN_RULES, _lines(own))
            writer.add_file("checkpoint.json", [mark.encoded()])
            if audit.integrity.mark is not None and veil is None:
                writer.add_file(compared.FILE, [audit.integrity.mark.encoded()])
            data = writer.finish({
                "made": times.text(session.now), "program": f"occ-media {__version__}", "ledger_head": audit.head.state,
                "ledger_entries": audit.head.entries, "since": times.optional_text(audit.scope.since),
                "until": times.optional_text(audit.scope.until), "inboxes": list(audit.scope.inboxes) or None,
                "pseudonyms": veil is not None, "signed": sign is not None, "made_by": made.as_json(),
            })  # fmt: skip
            if sign is not None:
                writer.sign(signature.sign(Path(sign), data))
        stream.seek(0)
        sink.write(output, iter(lambda: stream.read(CHUNK), b""), session.guard)
    session.note(f"wrote {output}")


def warn_of_none(session: Session, audit: Audit, output: str) -> None:
    """Say that no bundle was made, and why."""
    from occ_media_cli.audit.integrity import unrecorded_words

    altered = audit.integrity.altered
    why = audit.integrity.why_incomplete() if altered else f"the audit rests on {unrecorded_words(audit.head)}"
    session.warn(f"no bundle was made: {why}, and '{output}' would be its evidence")
    if not altered:
        session.warn("help: occ-media store init records them")


def _numbers(audit: Audit) -> Iterator[int]:
    """The sequence numbers of the entries that findings are about."""
    return (found.seq for found in audit.findings if found.seq is not None)


def _lines(values: Iterable[Mapping[str, Any]], veil: Veil | None = None) -> Iterator[bytes]:
    """Values as NDJSON, under the veil where there is one."""
    for value in values:
        yield safe.json(value if veil is None else veil.row(value)).encode("ascii") + b"\n"
