"""Opening a store for retention: it must be there, and hand edits of its document are on record first."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from occ_media_cli.errors import OccMediaError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from occ_media_cli.cli.session import Session
    from occ_media_cli.store.open import Store


def must_exist(session: Session) -> None:
    """NotFound for a store that is not there."""
    from occ_media_cli.settings.editing import refuse_missing

    refuse_missing(session.location)


@contextmanager
def telling_what_to_type(known: Mapping[str, str]) -> Iterator[None]:
    """Give errors of the rooms, which know no options, the words to type.

    known: these, by words of the error; `{}` in them stands for the last word of what the room says.
    """
    try:
        yield
    except OccMediaError as problem:
        typed = next((typed for words, typed in known.items() if words in problem.what), None)
        if typed is not None:
            problem.hint = typed.replace("{}", (problem.hint or "").rpartition(" ")[2])
        raise


@contextmanager
def changing(session: Session) -> Iterator[Store]:
    """The store, open to add events to its ledger, in autocommit mode. A hand-edited document is adopted before."""
    session.refuse_if_read_only()
    from occ_media_cli.decide.known_profiles import known_profiles
    from occ_media_cli.settings.editing import recording

    with recording(session.location, session.stamp(), known_profiles) as store:
        yield store
