"""`occ-media library find`: which version of which document is this, and may it be sent?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli.files import file_options
from occ_media_cli.cli.options import GLOBAL_LINE, FindingFormat, Output, command
from occ_media_cli.cli.session import Session

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
    file_options.refuse_none(paths, stdin0=stdin0, hint="occ-media library find FILE")
    from occ_media_cli.cli.library.file_view import FindRun

    walked = (include or [], exclude or [], all_files)
    return ask(session, FindRun, inboxes or [], (paths or [], stdin0), walked, (format, output))


def ask(
    session: Session, kind: type[FindRun], inboxes: list[str], given: tuple[list[str], bool],
    walked: tuple[list[str], list[str], bool], shown: tuple[str, str | None],
) -> int:  # fmt: skip
    """Ask the library about what is given, and print what it says; the exit code.

    given: paths, and whether standard input has more. walked: what of folders to include and to exclude, and whether
    all files. shown: the format and the output.
    """
    from occ_media_cli.cli import opening
    from occ_media_cli.library.lookup import lookup_of
    from occ_media_cli.media.look import Look
    from occ_media_cli.media.travel import recognise_work
    from occ_media_cli.places.globs import Globs

    include, exclude, all_files = walked
    globs = Globs(include, exclude)
    with opening.reading(session) as store:
        lookup = lookup_of(store, session.now, inboxes)
        look = Look(recognise_work, globs, all_files=all_files)
        done = kind(lookup, look, inboxes, session.now, quiet=session.quiet, guard=session.guard)
        paths, stdin0 = given
        session.emit(done.report(paths, stdin0=stdin0, at_store=session.at_store), *shown)
    return done.exit_code()
