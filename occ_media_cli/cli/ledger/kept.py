"""A checkpoint that was kept elsewhere, as commands are given it: its file, and what vouches for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import UsageError
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.verify.checkpoint import Checkpoint
    from occ_media_cli.ledger.verify.checkpoint_proof import CheckpointProof

TsaCert = Annotated[
    Path | None,
    typer.Option(
        "--tsa-cert",
        "--tsa",
        metavar="FILE",
        help="The root certificate that its time stamp must lead to.",
        click_type=named_files.READ,
    ),
]
Signers = Annotated[
    Path | None,
    typer.Option(
        "--signers",
        metavar="FILE",
        help="Allowed signers (ssh-keygen), one of whom must have signed.",
        click_type=named_files.READ,
    ),
]


@value
class KeptCheckpoint:
    """A checkpoint that was given, what vouches for it, and its file."""

    mark: Checkpoint
    proof: CheckpointProof
    file: Path


def load_kept(file: Path | None, signers: Path | None, tsa_cert: Path | None) -> KeptCheckpoint | None:
    """What `--checkpoint`, `--signers` and `--tsa-cert` name; UsageError for one of the others without the first."""
    from occ_media_cli.ledger.verify.checkpoint import load_checkpoint
    from occ_media_cli.ledger.verify.checkpoint_proof import prove

    if file is None:
        for option, given in (("--signers", signers), ("--tsa-cert", tsa_cert)):
            if given is not None:
                raise UsageError(f"{option} is about a checkpoint, and none is given", hint="add --checkpoint FILE")
        return None
    mark = load_checkpoint(file)
    return KeptCheckpoint(mark, prove(mark, signers, tsa_cert), file)


def verifying(session: Session, connection: sqlite3.Connection) -> AbstractContextManager[Callable[[int], None]]:
    """Shows how far a verification is, which ends at the newest record of a ledger."""
    from occ_media_cli.ledger.find import newest_record

    return verifying_up_to(session, newest_record(connection))


@contextmanager
def verifying_up_to(session: Session, last: int | None) -> Iterator[Callable[[int], None]]:
    """The same. last: the entry at which it ends, None where there is none."""
    from occ_media_cli.cli.progress import Progress

    progress = Progress("the ledger", quiet=session.quiet, unit="entries")
    total = last or 1
    try:
        yield lambda number: progress.show(number, min(number / total, 1))
    finally:
        progress.end()
