"""`occ-media gate`: a platform asks about each file before it passes, and every answer is on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli.files import scanner_options
from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, changing, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, EXIT_INCOMPLETE

if TYPE_CHECKING:
    from occ_media_cli.decide.gate_scans import GateScans
    from occ_media_cli.safety.scan import Scanner

HELP = """Answer for each entry on stdin whether its file may pass: NDJSON in, NDJSON out.

\b
Examples:
  occ-media gate < entries.ndjson
  tail -f entries.ndjson | occ-media gate --repeat-after 1h
  tail -f entries.ndjson | occ-media gate --scan

An entry may name the bytes with "path", below the working directory; without,
it is judged by what it says of itself. Each decision is kept in the ledger. A
customer reads the same message once within --repeat-after.
"""

EXITS = (
    "Exit codes: 0 every line was an entry, 3 a line was not, 10 store invalid, 12 store busy, "
    "13 a moment before the newest decision without --backdate, "
    "14 libmagic is missing, or clamd with --scan."
)


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


@changing
def run(
    session: Session,
    repeat_after: Annotated[
        str, typer.Option("--repeat-after", metavar="24h", help="When a customer may read the same message again.")
    ] = "24h",
    scan: Annotated[bool, typer.Option("--scan", help="Scan the files of inboxes that ask for it, on record.")] = False,
    clamd: scanner_options.Clamd = None,
    allow_remote: scanner_options.AllowRemote = False,
    signatures: scanner_options.Signatures = None,
    backdate: Backdate = None,
) -> int | None:
    """Answer entries."""
    import os
    import sys

    from occ_media_cli.cli.opening import adding
    from occ_media_cli.decide.gate_serving import Gate

    quiet_for = times.duration(repeat_after, "--repeat-after")
    fixed = session.stamp() if session.now != session.wall else None
    with (
        scanner_options.scanner(session, clamd, signatures, wanted=scan, allow_remote=allow_remote) as scanner,
        adding(session, serving=True) as store,
        Gate(store, quiet_for=quiet_for, fixed=fixed, backdate=backdate, scans=_scans(scanner, session)) as gate,
    ):
        refused = gate.serve(lambda: os.read(0, 1 << 18), sys.stdout.buffer)
    return EXIT_INCOMPLETE if refused else EXIT_DONE


def _scans(scanner: Scanner | None, session: Session) -> GateScans | None:
    """What scans for the gate; nothing of it is loaded where nothing is scanned."""
    if scanner is None:
        return None
    from occ_media_cli.decide.gate_scans import GateScans

    return GateScans(scanner, session.stamp())
