"""`occ-media scan`: what is inside files, and may they be opened?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.files import file_options, scanner_options
from occ_media_cli.cli.options import GLOBAL_LINE, FindingFormat, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import UsageError
from occ_media_cli.values import EMPTY

if TYPE_CHECKING:
    from occ_media_cli.safety.scan_request import ScanRequest

HELP = """Look inside files: malware, active content, sensitive text, metadata.

A file is clean where every check saw all of it and found nothing. With --ledger
it scans what was delivered and puts the results on record, where audits see them.

\b
Examples:
  occ-media scan inbox-files
  occ-media scan offer.docx --only active --antivirus off
  occ-media scan photos --strip cleaned
  occ-media scan --ledger --root media --inbox vip
"""

EXITS = (
    "Exit codes: 0 clean, 1 infected or a finding, 2 usage, 3 something was not scanned, 10 store invalid, "
    "11 no such store or inbox, 13 --ledger with --read-only, 14 clamd or a library is missing."
)


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    paths: file_options.Paths = None,
    ledger: Annotated[bool, typer.Option("--ledger", help="Scan the delivered files of entries, on record.")] = False,
    root: Annotated[
        str | None,
        typer.Option(
            "--root",
            metavar="DIR",
            help="With --ledger: what the paths are relative to.",
            click_type=named_files.READ_MEDIA,
        ),
    ] = None,
    inboxes: Annotated[
        list[str] | None, typer.Option("--inbox", metavar="N", help="With --ledger: only this inbox.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="T", help="With --ledger: only entries from then on.")
    ] = None,
    stale: Annotated[
        str | None,
        typer.Option("--stale", metavar="30d", help="With --ledger: again what was scanned longer ago."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="With --ledger: put nothing on record.")] = False,
    antivirus: scanner_options.Antivirus = None,
    clamd: scanner_options.Clamd = None,
    allow_remote: scanner_options.AllowRemote = False,
    signatures: scanner_options.Signatures = None,
    only: scanner_options.Only = None,
    strip: Annotated[
        str | None,
        typer.Option(
            "--strip",
            metavar="DIR",
            help="Write copies without metadata there.",
            click_type=named_files.WRITE_FOLDER,
        ),
    ] = None,
    stdin0: file_options.Stdin0 = False,
    include: file_options.Include = None,
    exclude: file_options.Exclude = None,
    all_files: file_options.AllFiles = False,
    fail_on: file_options.FailOn = "error",
    format: FindingFormat = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Scan files."""
    of_files = {"--strip": strip, "--stdin0": stdin0, "--include": include, "--exclude": exclude,
                "--all-files": all_files, "a path": paths}  # fmt: skip
    of_ledger = {"--root": root, "--inbox": inboxes, "--since": since, "--stale": stale, "--dry-run": dry_run}
    _refuse_mixed(session, ledger=ledger, paths=paths or (), of_files=of_files, of_ledger=of_ledger)
    from occ_media_cli.decide.own_words import with_own_words
    from occ_media_cli.safety.scan_request import request_of

    request = request_of(
        only or (), antivirus, clamd, allow_remote=allow_remote, signatures=signatures, strip=strip is not None
    )
    # What goes on record does so by the machine's clock: an earlier moment must not leave out what was asked for since.
    moment = max(session.now, session.wall) if ledger else session.now
    request = with_own_words(request, session.location, moment)
    if ledger:
        if root is None:
            raise UsageError("--ledger needs --root", hint=_with(session.typed, "--root", "DIR"))
        which = (root, inboxes, since, stale)
        return _of_entries(session, request.for_record(), which, (fail_on, format, output), on_record=not dry_run)
    file_options.refuse_none(paths, stdin0=stdin0, hint="occ-media scan FILE")
    from occ_media_cli.cli.files.scan_view import ScanRun
    from occ_media_cli.media.look import Look
    from occ_media_cli.media.travel import recognise_work
    from occ_media_cli.places.globs import Globs
    from occ_media_cli.safety.copies import CopyWriter
    from occ_media_cli.safety.scan import Scanner

    copies = CopyWriter(strip, paths or [], session.guard) if strip is not None else None
    look = Look(recognise_work, Globs(include or [], exclude or []), all_files=all_files)
    with Scanner(request, session.wall) as scanner:
        done = ScanRun(scanner, look, fail_on, quiet=session.quiet, guard=session.guard, copies=copies)
        session.emit(done.report(paths or [], stdin0=stdin0, at_store=session.at_store), format, output)
    return done.exit_code()


def _of_entries(
    session: Session,
    request: ScanRequest,
    which: tuple[str, list[str] | None, str | None, str | None],
    look: tuple[str, str, str | None],
    *,
    on_record: bool,
) -> int:
    from occ_media_cli import times
    from occ_media_cli.cli import opening
    from occ_media_cli.cli.files.scan_view import ScanRun
    from occ_media_cli.decide.ledger_scan import LedgerScan
    from occ_media_cli.ledger.inboxes import KnownInboxes
    from occ_media_cli.places.opened import describe_place
    from occ_media_cli.safety.scan import Scanner

    root, inboxes, since, stale = which
    fail_on, format, output = look  # noqa: A001  # the option's name
    begun = session.time(since, "--since", "start") if since is not None else times.EARLIEST
    oldest = times.EARLIEST if stale is None else max(session.now, session.wall) - times.duration(stale, "--stale")
    opening.must_exist(session)
    describe_place(root)  # a slip of it is told here, too
    if on_record:
        session.refuse_if_read_only()
    opened = opening.changing_or_reading(session, dry_run=not on_record)
    with ExitStack() as stack:
        store = stack.enter_context(opened)
        for name in inboxes or ():  # a slip is told before an antivirus is looked for
            KnownInboxes(store.ledger).must_have(name)
        scanner = stack.enter_context(Scanner(request, session.wall))
        entries = LedgerScan(store, scanner, root, session.stamp(), inboxes=inboxes or (), since=begun, stale=oldest,
                             on_record=on_record)  # fmt: skip
        if not entries.inboxes:
            session.warn("note: no inbox is set to scan, so nothing was scanned: occ-media set INBOX --scan record")
        done = ScanRun(scanner, None, fail_on, quiet=session.quiet, guard=session.guard, ledger=entries)
        session.emit(done.report([], stdin0=False, at_store=session.at_store), format, output)
    return done.exit_code()


_FLAGS = ("--stdin0", "--all-files")


def _refuse_mixed(
    session: Session,
    *,
    ledger: bool,
    paths: Sequence[str],
    of_files: Mapping[str, object],
    of_ledger: Mapping[str, object],
) -> None:
    """UsageError for what belongs to files that are named where entries are scanned, and the other way round. Help is
    the command without it."""
    wrong = [name for name, given in (of_files if ledger else of_ledger).items() if given]
    if not wrong:
        return
    from occ_media_cli.cli.typed_right import left_out

    if ledger:
        said = f"--ledger scans the files of entries, and {wrong[0]} is given"
    else:
        said = f"{wrong[0]} belongs to --ledger"
    if paths and not ledger:  # whoever names files means them
        ours = dict.fromkeys((*of_ledger, "-n"), True) | dict.fromkeys(("--dry-run", "-n"), False)
        raise UsageError(said, hint=left_out(session.typed, ours))
    missing = (*(() if ledger else ("--ledger",)), *(() if of_ledger["--root"] else ("--root", "DIR")))
    theirs = {name: name not in _FLAGS for name in of_files}
    raise UsageError(said, hint=_with(session.typed, *missing, without=theirs, paths=paths))


def _with(typed: Sequence[str], *options: str, without: Mapping[str, bool] = EMPTY, paths: Sequence[str] = ()) -> str:
    """The command line with more options, and without some and the paths."""
    from occ_media_cli.cli.typed_right import left_out

    begun = typed.index("scan") + 1 if "scan" in typed else len(typed)
    return left_out((*typed[:begun], *options, *typed[begun:]), without, paths)
