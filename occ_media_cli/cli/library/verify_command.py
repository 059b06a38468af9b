"""`occ-media library verify`: is what lies in a folder what was approved?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.files import file_options
from occ_media_cli.cli.library import find_command
from occ_media_cli.cli.options import GLOBAL_LINE, FindingFormat, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import UsageError
from occ_media_cli.report.file_words import file_word
from occ_media_cli.report.words import shell

HELP = """Hold a folder that agents send from to the library.

Each file is approved, or it says what it is instead: an older version, expired,
retired, waiting, changed, unknown. Approved files that lay there and are gone
are named too.

\b
Examples:
  occ-media library verify /srv/approved --inbox vip
  occ-media library verify /srv/approved --format junit -o library.xml
"""

EXITS = (
    "Exit codes: 0 every file is approved and none is gone, 1 one is not, 2 usage, 3 a file could not be looked at, "
    "a link was skipped, or no file is there, 10 store invalid, 11 no such store or inbox, 14 libmagic is missing."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify", help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="The folder.", click_type=named_files.READ_WALKED, show_default=False)
    ],
    inboxes: find_command.Inboxes = None,
    include: file_options.Include = None,
    exclude: file_options.Exclude = None,
    all_files: file_options.AllFiles = False,
    format: FindingFormat = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Verify a folder."""
    if os.path.lexists(folder) and not Path(folder).is_dir():
        raise UsageError(f"{folder} is no folder", hint=shell("occ-media", "library", "find", file_word(folder)))
    from occ_media_cli.cli.library.file_view import VerifyRun

    walked = (include or [], exclude or [], all_files)
    return find_command.ask(session, VerifyRun, inboxes or [], ([folder], False), walked, (format, output))
