"""The options of commands that look at files which people name, declared once."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli import named_files, one_of
from occ_media_cli.errors import UsageError

Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATH...", help="Files, and folders to walk.", click_type=named_files.READ_WALKED),
]
Stdin0 = Annotated[bool, typer.Option("--stdin0", help="Read paths from stdin, separated by NUL.")]
Include = Annotated[list[str] | None, typer.Option("--include", metavar="G", help="In folders, only what matches.")]
Exclude = Annotated[list[str] | None, typer.Option("--exclude", metavar="G", help="In folders, not what matches.")]
AllFiles = Annotated[
    bool, typer.Option("--all-files", help="In folders, also .git, .svn, .DS_Store, ~$*, *.part and the quarantine.")
]
FailOn = Annotated[
    str,
    typer.Option(
        "--fail-on", metavar="error|warning|never", help="What exit code 1 stands for.",
        click_type=one_of.OneOf("cli.files.file_runs:FAIL_ON"),
    ),
]  # fmt: skip


def refuse_none(paths: list[str] | None, *, stdin0: bool, hint: str) -> None:
    """UsageError where no file is named and none is to come on standard input."""
    if not paths and not stdin0:
        raise UsageError("name files or folders, or give them with --stdin0", hint=hint)
