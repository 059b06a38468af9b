"""`occ-media doctor`: whether this machine has what the program needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from occ_media_cli.cli.advice import advise
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS

if TYPE_CHECKING:
    from occ_media_cli.decide.doctor import DoctorCheck

HELP = """Look at the program, the store, libmagic, the virus scanner, the extras and the clock.

\b
Examples:
  occ-media doctor
  occ-media doctor --format json
"""


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} Exit codes: 0 nothing is wrong, 1 a problem, 2 usage.")(
        command(run)
    )


def _help(session: Session, check: DoctorCheck) -> str | None:
    cause = check.cause
    return (check.help if cause is None else advise(cause, session.again(cause.slip))) or None


def run(session: Session, format: Format = "table", output: Output = None) -> int:  # noqa: A002  # the option's name
    """Look at everything."""
    from occ_media_cli.decide.doctor import examine
    from occ_media_cli.report.blocks import Column
    from occ_media_cli.report.model import Report
    from occ_media_cli.vocabulary import HEALTH_STATES

    checks = examine(session.location, session.now, session.wall)
    counts: dict[str, int] = {state: sum(check.state == state for check in checks) for state in HEALTH_STATES}
    columns = (Column("state", "State", "state"), Column("what", "What", "id"), Column("detail", "Detail", "text"))
    records = [
        {
            "state": check.state,
            "what": check.what,
            "detail": check.detail,
            "help": _help(session, check),
        }
        for check in checks
    ]
    said = [f"{number} {state}" for state, number in counts.items() if number or state == "ok"]
    session.emit(
        Report.of_list(
            columns,
            records,
            below=lambda check: [session.at_store(f"help: {check['help']}")] if check["help"] else [],
            under=2,
            header=False,
            schema="occ-media/doctor/1",
            title="Doctor",
            head={"summary": counts},
            records_key="checks",
            answer=", ".join(said),
        ),
        format,
        output,
    )
    return EXIT_FINDINGS if counts["problem"] else EXIT_DONE
