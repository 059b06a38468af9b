"""`occ-media audit`: what was shared against the rules, and under which settings."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from occ_media_cli.cli import named_files, one_of
from occ_media_cli.cli.audit import window
from occ_media_cli.cli.ledger.kept import Signers, TsaCert, load_kept, verifying_up_to
from occ_media_cli.cli.options import GLOBAL_LINE, FindingFormat, Format, OnlyInboxes, Output, command, hand_on
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE, UsageError
from occ_media_cli.vocabulary import SEVERITIES

if TYPE_CHECKING:
    from occ_media_cli.audit.engine import Audit
    from occ_media_cli.audit.engines.interface import RuleSource
    from occ_media_cli.audit.engines.sqlite import SqliteSource
    from occ_media_cli.audit.integrity import Integrity
    from occ_media_cli.audit.pages.audit_document import AuditQuestion, Page
    from occ_media_cli.audit.pages.reader_commands import ReaderCommands
    from occ_media_cli.audit.pseudonyms.veil import Veil
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

VERIFY_HELP = """Check an evidence bundle that audit --bundle wrote; no ledger is needed.

\b
Examples:
  occ-media audit verify q1.zip
  occ-media audit verify q1.zip --signers allowed --format json
"""

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
    exits = (
        "Exit codes: 0 intact, 1 altered or by another, 3 the bundle or the signers are unreadable, 11 no such bundle,"
        " 14 no ssh-keygen, 20 no bundle or no signers."
    )
    group.command("verify", help=VERIFY_HELP, epilog=f"{GLOBAL_LINE} {exits}")(command(verify))
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
        typer.Option("--sign", metavar="KEY", help="Sign the bundle with an SSH key.", click_type=named_files.READ),
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

    if baseline is not None and write_baseline is not None:
        raise UsageError("--baseline and --write-baseline do not go together", hint="leave one of them out")
    if sign is not None and bundle is None:
        raise UsageError("--sign signs a bundle, and none is written", hint="add --bundle FILE.zip")
    if data is not None and (bundle is not None or write_data is not None):
        raise UsageError("a bundle and an export are made from the store", hint="leave --engine and --data out")
    if no_verify and bundle is not None:
        raise UsageError("a bundle is evidence of a ledger that was verified", hint="leave --no-verify out")
    if checkpoint is not None and (no_verify or data is not None):
        what = "--no-verify" if no_verify else "--data"
        raise UsageError(f"a checkpoint is compared by verifying, and {what} does not", hint=f"leave {what} out")
    if record and (data is not None or write_data is not None):
        what = "--data" if data is not None else "--write-data"
        raise UsageError(f"an audit of the store is recorded, and {what} makes none", hint=f"leave {what} out")
    if record:
        session.refuse_if_read_only()
    limit = None if fail_on == "never" else Severity(fail_on)
    scope = window.scope(session, since, until, inboxes)
    other = None if compare is None else ask.other_scope(scope, compare)
    known = baselines.load_baseline(baseline) if baseline is not None else None
    kept = load_kept(checkpoint, signers, tsa_cert)
    veil = window.veil_of(key_file, wanted=pseudonymise, coarse=coarse)
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
        filters = [_hidden(part, veil) for part in _typed(since, until, compare, inboxes, rule)]
        asked = audit_document.AuditQuestion(
            rules=tuple(rule or ()), fail_on=limit, source=_hidden(str(path), veil),
            commands=_reader_commands(filters, _hidden(str(session.location.path), veil)),
            # a workbook is a file wherever it goes, and the same one
            counts_last=format == "xlsx" or (output is not None and format != "table"),
            made=window.made(session, veil).as_json(),
        )  # fmt: skip
        long = _page(session, audit, asked, source, veil) if evidence is not None or format in PAGES else None
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
            why = _no_evidence(audit)
            session.warn(f"no bundle was made: {why}, and '{bundle}' would be its evidence")
            if not audit.integrity.altered:
                session.warn("help: occ-media store init records them")
        run_of = audit_runs.describe(audit, audit_document.summary(audit)) if record else None
    if run_of is not None:
        with session.changing() as store:
            seq = audit_runs.record(store.ledger, run_of, session.stamp())
        session.note(f"recorded as entry {seq:,}")
    if audit.fails(limit) and write_baseline is None:
        return EXIT_FINDINGS
    return EXIT_INCOMPLETE if audit.incomplete or (bundle is not None and evidence is None) else EXIT_DONE


def _no_evidence(audit: Audit) -> str:
    """Why no bundle was made."""
    from occ_media_cli.audit.integrity import unrecorded_words

    if audit.integrity.altered:
        return audit.integrity.why_incomplete()
    return f"the audit rests on {unrecorded_words(audit.head)}"


def verify(
    session: Session,
    file: Annotated[str, typer.Argument(metavar="FILE.zip", help="The bundle.", click_type=named_files.READ)],
    signers: Signers = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Check a bundle."""
    from occ_media_cli.audit.bundle import bundle
    from occ_media_cli.cli.audit.bundle import told

    checked = bundle.verify_bundle(Path(file), signers)
    session.emit(told(checked, file), format, output)
    return EXIT_FINDINGS if checked.problems else EXIT_DONE


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


def _page(session: Session, audit: Audit, asked: AuditQuestion, source: RuleSource, veil: Veil | None) -> Page:
    """The long page of an audit."""
    from occ_media_cli.audit.pages import audit_document
    from occ_media_cli.audit.pages import long as pages

    store = _hidden(str(session.location.path), veil)
    return audit_document.Page(
        blocks=pages.blocks(
            audit, source, asked.commands, veil=veil),
        verdict=pages.verdict(audit),
        about=[store if audit.scope.inboxes else f"All inboxes; {store}"],
    )  # fmt: skip


def _reader_commands(filters: list[str], store: str) -> ReaderCommands:
    """What a page of this audit tells its reader to type."""
    from occ_media_cli.audit.pages.reader_commands import ReaderCommands
    from occ_media_cli.report.words import shell

    audit = ("occ-media", "audit", *filters)
    return ReaderCommands(
        hint="help: why, and how to fix: occ-media rules explain RULE",
        audit=shell(*audit),
        rest=shell(*audit, "--format", "csv"),
        one_rule="--rule",
        rule_text="The text of a rule: occ-media rules explain RULE --sql",
        verify=shell("occ-media", "--store", store, "ledger", "verify"),
    )


def _hidden(text: str, veil: Veil | None) -> str:
    """A path or an argument as it may be shown: the folder of a home names somebody."""
    return text if veil is None else veil.text(text)


def _typed(
    since: str | None, until: str | None, compare: str | None, inboxes: list[str] | None, rules: list[str] | None
) -> list[str]:
    """The filters as they were given."""
    given = [("--since", since), ("--until", until), ("--compare", compare)]
    given += [("--inbox", name) for name in inboxes or ()] + [("--rule", name) for name in rules or ()]
    return [part for option, value in given if value is not None for part in (option, value)]
