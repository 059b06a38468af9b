"""`occ-media ledger checkpoint`: where the chain stands, signed, continued and stamped, to be kept somewhere else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli import named_files
from occ_media_cli.cli.ledger.kept import TsaCert, verifying
from occ_media_cli.cli.options import GLOBAL_LINE, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import UsageError

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.verify.checkpoint import Checkpoint

HELP = """Write down where the chain stands, to be kept somewhere else.

--sign says who stands for it. --previous proves that the ledger still continues
an earlier one, and names it. --tsq writes a time-stamp query over it (RFC 3161);
send it to an authority, and --attach its answer, which needs no store.

\b
Examples:
  occ-media ledger checkpoint --output q1.json
  occ-media ledger checkpoint --sign ~/.ssh/id_ed25519 --previous q1.json -o q2.json
  occ-media ledger checkpoint --tsq q1.tsq --output q1.json
  occ-media ledger checkpoint --attach q1.tsr --tsa-cert tsa.pem q1.json
"""

EXITS = (
    "Exit codes: 0 done, 1 the ledger does not continue the earlier one or the time stamp proves nothing, 2 usage,"
    " 3 unreadable, 10 store damaged, 11 no ledger, 14 ssh-keygen or an extra is missing, 20 no checkpoint or stamp."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("checkpoint", help=HELP, epilog=f"{GLOBAL_LINE}\n\n{EXITS}")(command(run))


def run(
    session: Session,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="With --attach: the checkpoint, which is replaced.", click_type=named_files.WRITE
        ),
    ] = None,
    sign: Annotated[
        Path | None,
        typer.Option("--sign", metavar="KEY", help="Sign it with an SSH key.", click_type=named_files.READ_KEY),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous", metavar="FILE", help="The checkpoint that it continues.", click_type=named_files.READ
        ),
    ] = None,
    tsq: Annotated[
        Path | None,
        typer.Option(
            "--tsq", metavar="FILE", help="Write a time-stamp query over it too.", click_type=named_files.WRITE
        ),
    ] = None,
    attach: Annotated[
        Path | None,
        typer.Option("--attach", metavar="FILE.tsr", help="Attach an authority's answer.", click_type=named_files.READ),
    ] = None,
    tsa_cert: TsaCert = None,
    output: Output = None,
) -> int | None:
    """Take a checkpoint, or attach a time stamp to one: JSON, on stdout or into a file."""
    _refuse_mixture(file, attach, tsa_cert, taking=[sign, previous, tsq])
    if file is not None and attach is not None and tsa_cert is not None:
        _attach(session, file, attach, tsa_cert, output or str(file))
        return None
    from occ_media_cli.ledger.verify import checkpoint_proof

    found = _take(session, previous)
    if tsq is not None:
        found = checkpoint_proof.expecting(found)
    if sign is not None:
        found = found.signed(sign)
    if tsq is not None:
        from occ_media_cli.store import sink

        sink.write(tsq, [checkpoint_proof.query_of(found)], session.guard)
        session.note(f"wrote {tsq}")
    words = f"checkpoint at entry {found.seq:,}, head {found.state}"
    _emit(session, found, words, output)
    return None


def _refuse_mixture(file: Path | None, attach: Path | None, tsa_cert: Path | None, taking: list[Path | None]) -> None:
    """A checkpoint is either taken from the store, or a file that a time stamp is attached to."""
    if attach is None and file is not None:
        raise UsageError("a checkpoint is written with --output; FILE is for --attach", hint=f"--output {file}")
    if attach is None and tsa_cert is not None:
        raise UsageError("--tsa-cert is for --attach", hint="ledger verify --checkpoint FILE --tsa-cert FILE")
    if attach is None:
        return
    if any(option is not None for option in taking):
        raise UsageError("--attach takes no new checkpoint", hint="leave --sign, --previous and --tsq out, or --attach")
    if file is None:
        raise UsageError("--attach needs the checkpoint", hint=f"--attach {attach} --tsa-cert FILE CHECKPOINT")
    if tsa_cert is None:
        raise UsageError(
            "--attach verifies the answer first, and needs the authority's root certificate", hint="add --tsa-cert FILE"
        )


def _take(session: Session, previous: Path | None) -> Checkpoint:
    from occ_media_cli.ledger.verify.checkpoint import load_checkpoint, take_checkpoint

    if previous is None:
        with session.reading() as store:
            _tell_ended(session, store.ledger, 0)
            return take_checkpoint(store.ledger, session.now, session.made_by())
    from occ_media_cli.retention.ledger_check import continue_checkpoint

    earlier = load_checkpoint(previous)
    with session.reading() as store, verifying(session, store.ledger) as tell:
        _tell_ended(session, store.ledger, earlier.seq)
        return continue_checkpoint(store.ledger, earlier, str(previous), session.now, session.made_by(), tell)


def _tell_ended(session: Session, connection: sqlite3.Connection, since: int) -> None:
    """Say of interrupted changes on record since a place in the chain who recorded them: a signature is over them too,
    and whoever signs did not see them made."""
    from occ_media_cli.cli.ledger.verify import ended_lines
    from occ_media_cli.settings.intents import find_ended

    ended = [change for change in find_ended(connection) if change.seq > since]
    if ended:
        first, *more = map(str, ended_lines(ended))
        session.warn(f"note: the checkpoint covers {first}", *more)


def _attach(session: Session, file: Path, answer: Path, authority: Path, output: str) -> None:
    from occ_media_cli.ledger.verify.checkpoint import load_checkpoint
    from occ_media_cli.ledger.verify.checkpoint_proof import attach

    stamped, stamp = attach(load_checkpoint(file), answer, authority)
    words = f"checkpoint at entry {stamped.seq:,}, stamped {times.text(stamp.time)} by {stamp.by}"
    _emit(session, stamped, words, output)


def _emit(session: Session, found: Checkpoint, answer: str, output: str | None) -> None:
    from occ_media_cli.ledger.verify.checkpoint import SCHEMA
    from occ_media_cli.report.model import Report

    session.emit(Report(schema=SCHEMA, title="Checkpoint", head=found.document(), answer=answer), "json", output)
