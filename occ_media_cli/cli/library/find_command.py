"""`occ-media library find`: which version of which document is this, and may it be sent?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli.files import file_options
from occ_media_cli.cli.options import GLOBAL_LINE, FindingFormat, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import UsageError

if TYPE_CHECKING:
    from occ_media_cli.cli.library.file_view import FindRun

HELP = """Say which version of which document a file is, and which one to send.

By its bytes; else by its words in another save; else by most of its words, and
which of them differ. Only these very bytes, where they are approved, may be sent.

\b
Examples:
  occ-media library find prices.pdf --inbox vip
  occ-media library find downloads --format csv
"""

EXITS = (
    "Exit codes: 0 every file may be sent, 1 one may not, 2 usage, 3 a file could not be looked at, 10 store invalid, "
    "11 no such store or inbox, 14 libmagic is missing."
)

Inboxes = Annotated[
    list[str] | None, typer.Option("--inbox", metavar="N", help="Who would send it; without, any inbox that may.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("find", help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    paths: file_options.Paths = None,
    inboxes: Inboxes = None,
    stdin0: file_options.Stdin0 = False,
    include: file_options.Include = None,
    exclude: file_options.Exclude = None,
    all_files: file_options.AllFiles = False,
    format: FindingFormat = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Look files up."""
    if not paths and not stdin0:
        raise UsageError("name files or folders, or give them with --stdin0", hint="occ-media library find FILE")
    from occ_media_cli.cli.library.file_view import FindRun
    from occ_media_cli.places.globs import Globs

    globs = Globs(include or [], exclude or [])
    return ask(session, FindRun, inboxes or [], globs, (paths or [], stdin0), (format, output), all_files=all_files)


def ask(
    session: Session, kind: type[FindRun], inboxes: list[str], globs: object, given: tuple[list[str], bool],
    shown: tuple[str, str | None], *, all_files: bool,
) -> int:  # fmt: skip
    """Ask the library about what is given, and print what it says; the exit code."""
    from occ_media_cli.cli import opening
    from occ_media_cli.library.lookup import lookup_of
    from occ_media_cli.media.look import Look
    from occ_media_cli.media.travel import recognise_work

    opening.must_exist(session)
    with session.reading() as store:
        lookup = lookup_of(store, session.now, inboxes)
        look = Look(recognise_work, globs, all_files=all_files)  # type: ignore[arg-type]  # Globs, which load late
        done = kind(lookup, look, inboxes, session.now, quiet=session.quiet, guard=session.guard)
        paths, stdin0 = given
        session.emit(done.report(paths, stdin0=stdin0, at_store=session.at_store), *shown)
    return done.exit_code()
