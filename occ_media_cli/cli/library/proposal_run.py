"""One proposal from the command line: as it was typed, put in the store, and said."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from occ_media_cli.cli import opening
from occ_media_cli.cli.library import proposed_view
from occ_media_cli.library.record_proposal import ProposalRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from occ_media_cli.cli.session import Session
    from occ_media_cli.library.record_proposal import Proposed
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.open import Store


class Propose(Protocol):
    """A way to propose files, each of `library.proposing` or of a folder."""

    def __call__(
        self, store: Store, files: Sequence[str], asked: ProposalRequest, stamp: Stamp, /, *, dry_run: bool
    ) -> Proposed:
        """What came of it."""


def run_proposal(
    session: Session, propose: Propose, files: Sequence[str], *, name: str | None, version: str | None,
    inboxes: Sequence[str] | None, tags: Sequence[str] | None, expires: str | None, dry_run: bool,
    backdate: str | None,
) -> int:  # fmt: skip
    """Propose what was typed, and say what came of it; the exit code."""
    end = session.time(expires, "--expires", "future") if expires is not None else None
    asked = ProposalRequest(name, version, tuple(inboxes or ()), tuple(tags or ()), end, backdate)

    def ask(store: Store) -> Proposed:
        return propose(store, files, asked, session.stamp(), dry_run=dry_run)

    return proposed_view.show(session, _in_store(session, ask, dry_run=dry_run), dry_run=dry_run)


def _in_store(session: Session, ask: Callable[[Store], Proposed], *, dry_run: bool) -> Proposed:
    """What comes of proposing in the store, which is made where it is missing; one that was made, or a ledger that was
    begun, and in which nothing came to be proposed, is gone again."""
    if dry_run:
        with opening.reading(session) as store:
            return ask(store)
    found = None
    with suppress(_NothingProposed), opening.adding(session) as store:
        found = ask(store)
        if found.proposal is None:
            raise _NothingProposed
    assert found is not None  # noqa: S101  # it was asked
    return found


class _NothingProposed(Exception):
    """Takes a store away again that was made for nothing."""
