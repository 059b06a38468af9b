"""Why a file may not be sent: what it is to the library for one inbox, in words, and what to do about it.

No file is opened. A path as somebody typed it is taken from the current folder, to tell whether it is that of the file
that lies in the library.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.library.library_match import KnownFile, LibraryMatch

_PLACES_TOLD = 3
"""Places of a difference that are told beside a refusal; `library find` tells more."""


@value
class LibraryStanding:
    """What a file is to the library, for one inbox at one moment.

    answer: None where its sha256 is not known, so that nothing could be asked. inboxes: the names of those that may
    send it, of a file that this inbox may not. now: the moment, in milliseconds. altered: why the library cannot be
    believed, of a store that somebody altered. ended: what a file is at the newest moment, which could be sent at this
    one and cannot any more.
    """

    answer: LibraryMatch | None
    inboxes: tuple[str, ...] = ()
    now: int = 0
    altered: str | None = None
    ended: LibraryStanding | None = None

    @property
    def approved(self) -> KnownFile | None:
        """The file of the library that has these very bytes, where they may be sent."""
        return self.answer.file if self.answer is not None and self.may_be_sent else None

    @property
    def may_be_sent(self) -> bool:
        """Whether these very bytes are approved for the inbox; nothing else lets a file pass."""
        return self.answer is not None and self.answer.may_be_sent


def say_why_not(standing: LibraryStanding, inbox: str, path: str) -> tuple[str, str]:
    """Why an inbox may not send a file, and what to do, with the command where there is one. path: the file."""
    answer = standing.answer
    if standing.altered is not None:
        return standing.altered, "verify the ledger: it lists what was altered"
    if answer is None:
        return "its sha256 is not known", "name its bytes with path, or its sha256, so that it can be looked up"
    from occ_media_cli.library.file_answer import problem_of_answer, propose_again

    found, difference = answer.file, answer.difference
    if difference is not None and len(difference.pairs) > _PLACES_TOLD:
        left = difference.left_out + len(difference.pairs) - _PLACES_TOLD
        answer = replace(answer, difference=difference._replace(pairs=difference.pairs[:_PLACES_TOLD], left_out=left))
    answer = replace(answer, approved_for=standing.inboxes, not_for=(inbox,))
    version = "V" if found is None else _next_version(found.version, standing.now)
    _, _, message, to_do, _ = problem_of_answer(answer, path, version)
    if found is None:
        return message, f"send an approved one, or have it approved: {to_do}"
    again = propose_again(answer, path, version)
    lies = answer.current is not None and answer.current.lies and answer.current.path != os.path.abspath(path)  # noqa: PTH100
    if lies and answer.how == "same-text" and found.state == "approved":
        to_do += f"; or have this save approved: {again}"
    elif answer.current is None and answer.elsewhere is None and found.state in ("replaced", "expired", "retired"):
        to_do = f"have it approved again: {again}"
    return message, to_do


def _next_version(version: str, now: int) -> str:
    """A version that is another one: the day, with a number where that is taken."""
    day = times.text(now)[:10]
    return f"{day}-2" if day == version else day
