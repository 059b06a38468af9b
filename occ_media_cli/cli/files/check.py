"""`occ-media check`: is each file what it says, and may it pass here?"""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli import one_of
from occ_media_cli.cli.files import file_options, scanner_options
from occ_media_cli.cli.options import GLOBAL_LINE, FindingFormat, Output, command
from occ_media_cli.cli.session import Session

HELP = """Check whether files are what they say, and whether they may pass.

\b
Examples:
  occ-media check brochure.pdf
  occ-media check outbox --inbox vip --direction send
  occ-media check --channel whatsapp-cloud clip.mp4
  occ-media check outbox --inbox vip --direction send --scan
  git diff --name-only -z | occ-media check --stdin0 --format github
"""

EXITS = (
    "Exit codes: 0 all accepted, 1 a file is rejected, 2 usage, 3 a file could not be looked at or none was found, "
    "10 store invalid, "
    "11 no such inbox or channel, 14 libmagic is missing, or clamd with --scan."
)


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


Inboxes = Annotated[
    list[str] | None, typer.Option("--inbox", metavar="N", help="Judge for an inbox: all its rules; of several, each.")
]
Channels = Annotated[
    list[str] | None, typer.Option("--channel", metavar="P", help="Judge for a channel; of several, for each.")
]
Directions = Annotated[
    list[str] | None,
    typer.Option(
        "--direction",
        metavar="send|receive",
        help="Which way; without it, either passes; of both, each.",
        click_type=one_of.DIRECTION,
    ),
]
Agent = Annotated[str | None, typer.Option("--agent", metavar="NAME", help="The agent who sends.")]
Strict = Annotated[bool, typer.Option("--strict", help="Take warnings, and notes about text, as errors.")]


def run(
    session: Session,
    paths: file_options.Paths = None,
    inboxes: Inboxes = None,
    channels: Channels = None,
    directions: Directions = None,
    agent: Agent = None,
    strict: Strict = False,
    scan: scanner_options.Scan = False,
    clamd: scanner_options.Clamd = None,
    allow_remote: scanner_options.AllowRemote = False,
    signatures: scanner_options.Signatures = None,
    stdin0: file_options.Stdin0 = False,
    include: file_options.Include = None,
    exclude: file_options.Exclude = None,
    all_files: file_options.AllFiles = False,
    fail_on: file_options.FailOn = "error",
    format: FindingFormat = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Check files."""
    from occ_media_cli.cli.files.check_view import CheckRun
    from occ_media_cli.decide.policy_question import PolicyQuestion, policy_for

    file_options.refuse_none(paths, stdin0=stdin0, hint="name a file or a folder behind check")
    policies = [
        policy_for(
            session.location, session.now, PolicyQuestion(inbox, tuple(channels or ()), direction, agent, strict)
        )
        for inbox in dict.fromkeys(inboxes or (None,))
        for direction in dict.fromkeys(directions or (None,))
    ]
    with scanner_options.scanner(session, clamd, signatures, wanted=scan, allow_remote=allow_remote) as scanner:
        check = CheckRun(
            session.location, session.now, policies, fail_on, include or [], exclude or [], all_files=all_files,
            quiet=session.quiet, guard=session.guard, scanner=scanner,
        )  # fmt: skip
        report = check.report(paths or [], stdin0=stdin0, at_store=session.at_store)
        session.emit(report, format, output)
    return check.exit_code()
