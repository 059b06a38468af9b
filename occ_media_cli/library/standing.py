"""Why a file may not be sent: what it is to the library for one inbox, in words, and what to do about it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.library.lookup import OTHER_INBOX
from occ_media_cli.report.words import items, shell
from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.library.lookup import KnownFile, LibraryMatch

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
        return standing.altered, "see what was altered: occ-media ledger verify"
    if answer is None:
        return "its sha256 is not known", "name its bytes with path, or its sha256, so that it can be looked up"
    from occ_media_cli.library.file_answer import problem_of_answer

    found, difference = answer.file, answer.difference
    if difference is not None and len(difference.pairs) > _PLACES_TOLD:
        left = difference.left_out + len(difference.pairs) - _PLACES_TOLD
        answer = replace(answer, difference=difference._replace(pairs=difference.pairs[:_PLACES_TOLD], left_out=left))
    whose = f"{items(standing.inboxes)}, not for {inbox}" if standing.inboxes else "other inboxes"
    _, _, message, to_do, _ = problem_of_answer(answer, path, whose)
    if found is None:
        return message, f"send an approved one, or have it approved: {to_do}"
    if answer.how == "exact" and found.state == OTHER_INBOX:
        if answer.current is None:
            to_do = f"have it approved for {inbox}: {_propose(path, found, found.version, '--inbox', inbox)}"
    elif answer.how == "same-text" and found.state == "approved":
        to_do += f"; or have this save approved: {_propose(path, found, _next_version(found.version, standing.now))}"
    elif answer.current is None and found.state != "proposed":
        to_do = f"have it approved again: {_propose(path, found, _next_version(found.version, standing.now))}"
    return message, to_do


def _propose(path: str, file: KnownFile, version: str, *more: str) -> str:
    return shell("occ-media", "library", "propose", path, "--name", file.name, "--version", version, *more)


def _next_version(version: str, now: int) -> str:
    """A version that is another one: the day, with a number where that is taken."""
    day = times.text(now)[:10]
    return f"{day}-2" if day == version else day
