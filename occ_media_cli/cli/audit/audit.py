"""`occ-media audit`: what was shared against the rules, and under which settings."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from occ_media_cli.cli import named_files, one_of
from occ_media_cli.cli.audit import contradictions, page_reader, verify, window
from occ_media_cli.cli.ledger.kept import Signers, TsaCert, load_kept, verifying_up_to
from occ_media_cli.cli.options import GLOBAL_LINE, FindingFormat, OnlyInboxes, Output, command, hand_on
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE
from occ_media_cli.vocabulary import SEVERITIES

if TYPE_CHECKING:
    from occ_media_cli.audit.engines.interface import RuleSource
    from occ_media_cli.audit.engines.sqlite import SqliteSource
    from occ_media_cli.audit.integrity import Integrity
    from occ_media_cli.ledger.verify.checkpoint import Checkpoint
    from occ_media_cli.ledger.verify.checkpoint_proof import CheckpointProof

HELP = """Judge the ledger by the rules, each file under the setting in force at its time.

The whole ledger is verified first; one that was altered is a finding in every
period, and leaves the audit incomplete. --no-verify leaves that out, and says so.

\b
Examples:
  occ-media audit --since 2026-01-01 --until 2026-04-01
  occ-media audit --since last-quarter --until last-quarter --format html --output q.html
  occ-media audit --since last-month --until last-month --compare previous
  occ-media audit --rule received-while-off --inbox vip
  occ-media audit --checkpoint q1.json --signers allowed
  occ-media audit --since last-quarter --until last-quarter --record
  occ-media audit verify q1.zip
"""

EXITS = (
    "Exit codes: 0 no finding at or above --fail-on, 1 findings, 2 usage, 3 incomplete, 10 store invalid,"
    " 11 no such inbox or rule."
)

FAIL_ON = (*reversed(SEVERITIES), "never")
PAGES = ("html", "markdown")
"""Formats with headings: they show the long page."""

ROWS = ("csv", "ndjson", "xlsx")
"""Formats that hold findings and no word about the audit."""


def register(app: typer.Typer, name: str) -> None:
    """Add the command, and `verify` below it."""
    group = typer.Typer(name=name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}", invoke_without_command=True)
    whole = command(run)

    def start(**values: Any) -> int | None:
        if values["context"].invoked_subcommand is None:
            return whole(**values)
        hand_on(values["context"], values)
        return None

    start.__signature__ = whole.__signature__  # type: ignore[attr-defined]  # what Typer reads
    start.__annotations__ = whole.__annotations__
    group.callback()(start)
    verify.register(group)
    app.add_typer(group)


def run(
    session: Session,
    since: window.Since = None,
    until: window.Until = None,
    inboxes: OnlyInboxes = None,
    compare: Annotated[
        str | None,
        typer.Option("--compare", metavar="PERIOD", help="With the one before: previous; or with A..B."),
    ] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            "--rule", metavar="ID", help="Only this rule, every finding; or a FILE.sql.", click_type=named_files.READ
        ),
    ] = None,
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            metavar="LEVEL",
            help="Exit 1 from error, warning, note; or never.",
            click_type=one_of.OneOf("cli.audit.audit:FAIL_ON"),
        ),
    ] = "error",
    format: FindingFormat = "table",  # noqa: A002  # the option's name
    output: Output = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help="Findings in it are known: shown as suppressed.",
            click_type=named_files.READ,
        ),
    ] = None,
    write_baseline: Annotated[
        str | None,
        typer.Option(
            "--write-baseline", metavar="FILE", help="Write what was found as a baseline.", click_type=named_files.WRITE
        ),
    ] = None,
    bundle: Annotated[
        str | None,
        typer.Option(
            "--bundle",
            metavar="FILE.zip",
            help="Write the evidence too, for audit verify.",
            click_type=named_files.WRITE,
        ),
    ] = None,
    sign: Annotated[
        str | None,
        typer.Option("--sign", metavar="KEY", help="Sign the bundle with an SSH key.", click_type=named_files.READ_KEY),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint",
            metavar="FILE",
            help="Say whether the ledger matches a checkpoint that you keep.",
            click_type=named_files.READ,
        ),
    ] = None,
    signers: Signers = None,
    tsa_cert: TsaCert = None,
    no_verify: Annotated[bool, typer.Option("--no-verify", help="Do not verify the ledger first.")] = False,
    record: Annotated[bool, typer.Option("--record", help="Put on record that it ran, and its counts.")] = False,
    pseudonymise: window.Pseudonymise = False,
    coarse: window.Coarse = False,
    key_file: window.KeyFile = None,
    engine: window.Engine = "sqlite",
    data: window.Data = None,
    write_data: Annotated[
        str | None,
        typer.Option(
            "--write-data",
            metavar="DIR",
            help="Write the views as Parquet, and audit nothing.",
            click_type=named_files.WRITE_FOLDER,
        ),
    ] = None,
    trust_rules: Annotated[bool, typer.Option("--trust-rules", help="Run own rules in Spark, unguarded.")] = False,
) -> int | None:
    """Audit the ledger."""
    from occ_media_cli.audit import ask, audit_runs
    from occ_media_cli.audit import baseline as baselines
    from occ_media_cli.audit.pages import audit_document
    from occ_media_cli.cli.progress import Progress
    from occ_media_cli.store.open import no_ledger
    from occ_media_cli.vocabulary import Severity

    contradictions.refuse_contradictions(
        baseline=baseline, write_baseline=write_baseline, bundle=bundle, sign=sign, checkpoint=checkpoint, data=data,
        write_data=write_data, no_verify=no_verify, record=record,
    )  # fmt: skip
    if record:
        session.refuse_if_read_only()
    limit = None if fail_on == "never" else Severity(fail_on)
    scope = window.scope(session, since, until, inboxes)
    other = None if compare is None else ask.other_scope(scope, compare)
    known = baselines.load_baseline(baseline) if baseline is not None else None
    kept = load_kept(checkpoint, signers, tsa_cert)
    veil = window.veil_of(session, key_file, wanted=pseudonymise, coarse=coarse)
    proof = kept.proof if kept is not None else None
    if proof is not None and veil is not None:
        proof = proof.hidden(partial(veil.value, "actor"))
    path = session.location.path if data is None else Path(data)
    with ask.open_engine(session.location, session.now, engine, data, trust=trust_rules) as source:
        if write_data is not None:
            return _write_data(session, source, Path(write_data))
        integrity = None if no_verify else _verified(session, source, kept.mark if kept is not None else None, proof)
        if bundle is not None and not _store(source).stored:
            raise no_ledger(session.location)
        recorded = not source.head().unrecorded
        evidence = bundle if integrity is not None and integrity.intact and recorded else None
        progress = Progress("the ledger", quiet=session.quiet, unit="rules", verb="judging")
        try:
            audit, before = (
                None if period is None else ask.judge_source(
                    source, path, period, rule or (), known=known, veil=veil,
                    tell=lambda done, total: progress.show(done, done / total),
                    meet=session.guard.protect if session.guard is not None else None, integrity=integrity,
                )
                for period in (scope, other)
            )  # fmt: skip
            assert audit is not None  # noqa: S101  # its period is there
            audit.before = before
        finally:
            progress.end()
        filters = page_reader.typed_filters(since, until, compare, inboxes, rule, veil)
        asked = audit_document.AuditQuestion(
            rules=tuple(rule or ()), fail_on=limit, source=page_reader.hidden(str(path), veil),
            commands=page_reader.reader_commands(session, filters, veil),
            # a workbook is a file wherever it goes, and the same one
            counts_last=format == "xlsx" or (output is not None and format != "table"),
            made=window.made(session, veil).as_json(),
        )  # fmt: skip
        paged = evidence is not None or format in PAGES
        long = page_reader.whole_page(session, audit, asked, source, veil) if paged else None
        if write_baseline is not None:
            session.emit(baselines.document(audit), "json", write_baseline)
        if evidence is not None and long is not None:
            from occ_media_cli.cli.audit import bundle as audit_bundle

            short, whole = audit_document.document(audit, asked), audit_document.document(audit, asked, long)
            made = window.made(session, veil)
            audit_bundle.write(
                session, evidence, audit, short, whole, _store(source), veil, sign, made=made, known=known
            )
        session.emit(audit_document.document(audit, asked, long if format in PAGES else None), format, output)
        if format in ROWS:
            session.warn(*(case.in_words() for case in audit_document.cases(audit) if case.failed))
        if bundle is not None and evidence is None:
            from occ_media_cli.cli.audit.bundle import warn_of_none

            warn_of_none(session, audit, bundle)
        run_of = audit_runs.describe(audit, audit_document.summary(audit)) if record else None
    if run_of is not None:
        with session.changing() as store:
            seq = audit_runs.record(store.ledger, run_of, session.stamp())
        session.note(f"recorded as entry {seq:,}")
    if audit.fails(limit) and write_baseline is None:
        return EXIT_FINDINGS
    return EXIT_INCOMPLETE if audit.incomplete or (bundle is not None and evidence is None) else EXIT_DONE


def _verified(
    session: Session, source: RuleSource, mark: Checkpoint | None, proof: CheckpointProof | None
) -> Integrity:
    """What the ledger is, before it is judged."""
    from occ_media_cli.audit import ask
    from occ_media_cli.retention.ledger_check import verify_whole

    with verifying_up_to(session, source.head().seq) as tell:
        return ask.verify_source(source, lambda connection, mark: verify_whole(connection, mark, tell), mark, proof)


def _store(source: RuleSource) -> SqliteSource:
    from occ_media_cli.audit.engines.sqlite import SqliteSource

    assert isinstance(source, SqliteSource)  # noqa: S101  # options were checked: no other engine comes here
    return source


def _write_data(session: Session, source: RuleSource, folder: Path) -> int:
    """Write the views for other engines."""
    from occ_media_cli.audit.engines import parquet_views
    from occ_media_cli.report.words import plural

    entries = parquet_views.write_export(_store(source), folder, session.guard)
    session.note(f"wrote {folder}: {plural(entries, 'entry')}, ledger head {source.head().state}")
    return EXIT_DONE
