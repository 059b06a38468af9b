"""The options of the commands of the library, declared once."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli import named_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from occ_media_cli.cli.session import Session
    from occ_media_cli.library.record_proposal import ProposalRequest, Proposed
    from occ_media_cli.store.open import Store

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


def open_store(session: Session, *, dry_run: bool) -> AbstractContextManager[Store]:
    """The store to change, or only to read where nothing is to be changed."""
    if not dry_run:
        from occ_media_cli.cli import opening

        return opening.changing(session)
    return _reading(session)


def propose(session: Session, ask: Callable[[Store], Proposed], *, dry_run: bool) -> Proposed:
    """What comes of proposing in the store, which is made where it is missing; one that was made, or a ledger that was
    begun, and in which nothing came to be proposed, is gone again."""
    if dry_run:
        with _reading(session) as store:
            return ask(store)
    from occ_media_cli.cli import opening

    found = None
    with suppress(_NothingProposed), opening.adding(session) as store:
        found = ask(store)
        if found.proposal is None:
            raise _NothingProposed
    assert found is not None  # noqa: S101  # it was asked
    return found


class _NothingProposed(Exception):
    """Takes a store away again that was made for nothing."""


def _reading(session: Session) -> AbstractContextManager[Store]:
    from contextlib import contextmanager

    from occ_media_cli.cli import opening

    @contextmanager
    def opened() -> Iterator[Store]:
        opening.must_exist(session)
        with session.reading() as store:
            yield store

    return opened()


def request(
    name: str | None, version: str | None, inboxes: list[str] | None, tags: list[str] | None, expires: str | None,
    backdate: str | None,
) -> ProposalRequest:  # fmt: skip
    """What was typed."""
    from occ_media_cli.library.record_proposal import ProposalRequest

    end = times.parse_option(expires, "--expires") if expires is not None else None
    return ProposalRequest(name, version, tuple(inboxes or ()), tuple(tags or ()), end, backdate)
