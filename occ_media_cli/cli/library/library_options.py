"""The options of the commands of the library, declared once."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli import named_files

EXITS = (
    "Exit codes: 0 done, 1 a file may not be sent, 2 usage, 3 a file cannot be read, 10 proposal altered,"
    " 11 no such store, document, inbox or tag, 12 store busy, 13 refused, 14 libmagic is missing."
)

Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="The files.", click_type=named_files.READ, show_default=False)
]
FilesOrFolders = Annotated[
    list[str],
    typer.Argument(metavar="PATH...", help="Files, and folders to walk.", click_type=named_files.READ_WALKED,
                   show_default=False),
]  # fmt: skip
Inboxes = Annotated[list[str] | None, typer.Option("--inbox", metavar="N", help="For this inbox; without, for all.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="T", help="For inboxes while they have this tag.")]
Expires = Annotated[str | None, typer.Option("--expires", metavar="TIME", help="From then on it cannot be sent.")]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would be done, and change nothing.")]
Document = Annotated[str, typer.Argument(metavar="NAME", help="The document, or all below a name.", show_default=False)]

NOT_DONE = "nothing was changed (--dry-run)"
