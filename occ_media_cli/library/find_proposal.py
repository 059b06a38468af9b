"""Which proposal a name or an id means, so that who looked at one does not approve another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import UsageError
from occ_media_cli.library import proposals
from occ_media_cli.library.library_documents import no_document, no_version
from occ_media_cli.library.library_names import key_of

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.library.proposals import Proposal


def find_proposal(connection: sqlite3.Connection, name: str, version: str | None, now: int) -> Proposal:
    """The proposal that a name or an id means: the newest that waits, of one version."""
    by_id = proposals.select(connection, "p.proposal = ?", (name,))
    if by_id:
        return by_id[0]
    every = proposals.select(connection, "p.key = ?", (key_of(name),))
    if not every:
        _refuse_part(connection, name)
        raise no_document(connection, name)
    if version is not None:
        labels = [each.version for each in every]
        every = [each for each in every if key_of(each.version) == key_of(version)]
        if not every:
            raise no_version(name, version, labels, hint="see what waits")
    waiting = [each for each in every if proposals.waits(each, now)]
    versions = list({key_of(each.version): each.version for each in waiting}.values())
    if len(versions) > 1:
        raise UsageError(
            f"several versions of '{name}' wait: {', '.join(versions)}; nothing was approved",
            hint=f"say which by its id, {_ids(waiting, versions)}", topic=("library-versions",),
        )  # fmt: skip
    if not waiting:
        return every[-1]
    _refuse_swapped(connection, waiting, every, now)
    return waiting[-1]


def _refuse_swapped(
    connection: sqlite3.Connection, waiting: list[Proposal], every: list[Proposal], now: int
) -> None:  # fmt: skip
    """UsageError where one version was proposed several times with other bytes or documents: who looked at one does not
    approve another."""
    asked = [each for each in every if _leads_to(connection, each, waiting, now)]
    if len({proposals.contents_of(connection, each) for each in asked}) < 2:
        return
    newest = waiting[-1]
    those = ", ".join(f"{each.proposal} by {each.proposer.actor} at {times.text(each.proposed)}" for each in asked)
    if len(waiting) > 1:
        raise UsageError(
            f"several proposals of {newest.name} {newest.version} wait, of different documents: {those}; nothing was"
            " approved",
            hint="look at each, and approve it by its id", topic=("library-versions",),
        )  # fmt: skip
    raise UsageError(
        f"several proposals of {newest.name} {newest.version} with other bytes wait: {those}; nothing was approved",
        hint="look at the newest, and approve it by its id", topic=("library-approve", newest.proposal),
    )  # fmt: skip


def _leads_to(connection: sqlite3.Connection, each: Proposal, waiting: list[Proposal], now: int) -> bool:
    """Whether a proposal waits, or one that waits took its place."""
    if each in waiting:
        return True
    newer = proposals.proposed_again(connection, each)
    return newer in waiting and proposals.waits(replace(each, lost=None), now)


def _newest(waiting: list[Proposal], version: str) -> Proposal:
    return [each for each in waiting if key_of(each.version) == key_of(version)][-1]


def _ids(waiting: list[Proposal], versions: list[str]) -> str:
    """The ids of what waits, each with its version."""
    ids = [f"{_newest(waiting, each).proposal} (version {each})" for each in versions]
    return f"{', '.join(ids[:-1])} or {ids[-1]}"


def _refuse_part(connection: sqlite3.Connection, name: str) -> None:
    """UsageError for a document that was proposed together with others."""
    row = connection.execute(
        "SELECT p.name FROM library_document d JOIN library_file f ON f.document = d.number"
        " JOIN library_proposal p ON p.event = f.event WHERE d.key = ? ORDER BY p.event DESC LIMIT 1", (key_of(name),)
    ).fetchone()  # fmt: skip
    if row is not None:
        raise UsageError(
            f"'{name}' was proposed together with others as '{row[0]}'; nothing was approved",
            hint="approve all of them, or propose that file by itself", topic=("library-part", str(row[0])),
        )  # fmt: skip
