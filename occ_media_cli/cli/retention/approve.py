"""`occ-media retention approve`: a second person says that a plan may be purged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, command
from occ_media_cli.cli.session import Session

HELP = """Approve a plan, so that it can be purged. Not by the one who planned it.

\b
Examples:
  occ-media --actor sam retention approve 4f1c09d27ab35e60
  occ-media retention approve 4f1c09d27ab35e60 --sign ~/.ssh/id_ed25519
"""

EXITS = (
    "Exit codes: 0 done, 2 usage, 10 the plan was altered, 11 no such store or plan, 12 store busy,"
    " 13 same person twice, 14 ssh-keygen is missing."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("approve", help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The id of the plan.")],
    sign: Annotated[
        Path | None, typer.Option("--sign", metavar="KEY", help="Sign with this SSH key.", click_type=named_files.READ)
    ] = None,
) -> int | None:
    """Approve a plan."""
    from occ_media_cli.cli.retention import opened
    from occ_media_cli.report.words import plural, shell, size
    from occ_media_cli.retention import approval
    from occ_media_cli.store.signature import fingerprint

    with opened.changing(session) as connection:
        found, given = approval.approve(connection, plan, session.stamp(), sign)
    summary, root = found.content["summary"], str(found.content["root"].get("path", "DIR"))
    files, many = plural(summary["remove"], "file"), size(summary["bytes"])
    session.say(f"plan {found.plan} is approved by {given.actor}: {files}, {many}, under {root}; nothing was removed")
    if given.signature is not None:
        session.say(f"  signed with {fingerprint(given.signature.key)}")
    if approval.same_person(given.actor, found.planner):
        session.note("note: the store asks for no second person, and the certificate says so")
    session.hint(f"next: {shell('occ-media', 'retention', 'purge', found.plan, '--root', root)}")
    return None
