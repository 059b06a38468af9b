"""The options by which commands ask for a scan, declared once, and the request that they make."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli import named_files, one_of
from occ_media_cli.errors import UsageError
from occ_media_cli.vocabulary import SCAN_CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from occ_media_cli.cli.session import Session
    from occ_media_cli.safety.scan import Scanner

Scan = Annotated[bool, typer.Option("--scan", help="Also look inside: malware, active content, sensitive text.")]
Clamd = Annotated[
    str | None,
    typer.Option("--clamd", metavar="ADDRESS", help="clamd: a socket, or tcp://HOST:PORT; else OCC_MEDIA_CLAMD."),
]
AllowRemote = Annotated[bool, typer.Option("--allow-remote", help="Let files go to a clamd on another machine.")]
Signatures = Annotated[
    str | None,
    typer.Option(
        "--signatures", metavar="DIR", help="clamd's folder of own signatures, which tells their age.",
        click_type=named_files.READ_BELOW,
    ),
]  # fmt: skip
Antivirus = Annotated[
    str | None,
    typer.Option(
        "--antivirus", metavar="auto|required|off", help="Ask clamd: where it runs, always, or never.",
        click_type=one_of.OneOf("vocabulary:ANTIVIRUS_WISHES"),
    ),
]  # fmt: skip
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="|".join(SCAN_CHECKS), help="Look for this alone.",
        click_type=one_of.OneOf("vocabulary:SCAN_CHECKS"),
    ),
]  # fmt: skip


@contextmanager
def scanner(
    session: Session, clamd: str | None, signatures: str | None, *, wanted: bool, allow_remote: bool
) -> Iterator[Scanner | None]:
    """The scanner of a decision, which asks for everything; None where none is wanted, and UsageError where something
    is said about one all the same."""
    if not wanted:
        for option, given in (("--clamd", clamd), ("--signatures", signatures), ("--allow-remote", allow_remote)):
            if given:
                raise UsageError(f"{option} belongs to --scan", hint=f"add --scan, or leave {option} out")
        yield None
        return
    from occ_media_cli.decide.own_words import with_own_words
    from occ_media_cli.safety.scan import Scanner
    from occ_media_cli.safety.scan_request import ScanRequest

    request = ScanRequest(antivirus="required", clamd=clamd, allow_remote=allow_remote, signatures=signatures)
    with Scanner(with_own_words(request, session.location, session.now), session.wall) as made:
        yield made
