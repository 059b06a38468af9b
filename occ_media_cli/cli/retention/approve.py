"""`occ-media retention approve`: a second person says that a plan may be purged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, changing, command
from occ_media_cli.cli.session import Session

HELP = """Approve a plan, so that it can be purged. Not by the one who planned it.

\b
Examples:
  occ-media --actor sam retention approve 4f1c09d27ab35e60
  occ-media retention approve 4f1c09d27ab35e60 --sign ~/.ssh/id_ed25519
"""

EXITS = (
    "Exit codes: 0 done, 2 usage, 10 plan or ledger altered, 11 no such store or plan, 12 store busy,"
    " 13 same person twice, or the past, 14 ssh-keygen is missing."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("approve", help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


@changing
def run(
    session: Session,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The id of the plan.")],
    sign: Annotated[
        Path | None,
        typer.Option("--sign", metavar="KEY", help="Sign with this SSH key.", click_type=named_files.READ_KEY),
    ] = None,
    backdate: Backdate = None,
) -> int | None:
    """Approve a plan."""
    from occ_media_cli.cli import opening
    from occ_media_cli.cli.retention.plan_view import what_if
    from occ_media_cli.report.words import plural, shell, size
    from occ_media_cli.retention.plan import approval, saved
    from occ_media_cli.store.signature import fingerprint

    with opening.changing(session, numbered=True) as store:
        connection = store.ledger
        asked = saved.find_plan(connection, plan)
        made, wall = times.text(asked.content["created"]), times.text(asked.wall)
        earlier = [f"ages as of {made}, planned at {wall} by the machine's clock"] if made < wall else []
        for line in what_if(asked) or earlier:
            session.say(f"plan {asked.plan}: {line}")
        found, given = approval.approve(connection, plan, session.stamp(), sign, backdate=backdate)
    summary, root = found.content["summary"], str(found.content["root"].get("path", "DIR"))
    files, many = plural(summary["remove"], "file"), size(summary["bytes"])
    session.say(f"plan {found.plan} is approved by {given.actor}: {files}, {many}, under {root}; nothing was removed")
    if given.signature is not None:
        session.say(f"  signed with {fingerprint(given.signature.key)}")
    people = approval.describe_two_people(found, [given])
    if people != "yes":
        session.note(f"note: two people: {people}; the certificate says so")
    session.hint(f"next: {shell('occ-media', 'retention', 'purge', found.plan, '--root', root)}")
    return None
