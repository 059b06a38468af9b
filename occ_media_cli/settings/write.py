"""One change of one inbox: from deltas to versions, and the event that holds both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from occ_media_cli.settings import read, timeline
from occ_media_cli.settings.model import Change, InboxSettings, Version
from occ_media_cli.settings.timeline import Delta, Tile
from occ_media_cli.store import chain
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3


@value
class ChangeOutcome:
    """What a change of one inbox came to.

    at: the valid time of the change. before: the settings in force then. versions: those that were written, oldest
    first; none where the change changed nothing. newest: the number of the version in force then, after the change.
    undo: the version number that was in force before, or None where there was none, or where a time-box was running:
    going back to its version would make it last. change: the number of the whole change, for `undo`, where the caller
    has it from `settings.change_log.called`.
    """

    inbox: str
    at: int
    before: InboxSettings
    versions: tuple[Version, ...]
    newest: int | None
    undo: int | None
    change: int | None = None


@value
class Origin:
    """Why a change is made and what is known about its time, for the record.

    confirms: where the change changes nothing, it is a version all the same: somebody says why it stays so. undone: the
    numbers of events that it takes back; what they planned for later than this change never begins.
    """

    reason: str | None = None
    backdate: str | None = None
    uncertain_since: int | None = None
    confirms: bool = False
    undone: tuple[int, ...] = ()


def outcome_of(
    connection: sqlite3.Connection,
    inbox: tuple[str, int],
    deltas: Sequence[Delta],
    at: int,
    stamp: chain.Stamp,
    origin: Origin,
) -> tuple[ChangeOutcome, chain.Event | None]:
    """Work out what deltas come to, and the event that would record it; None where they change nothing.

    inbox: name and id. at: the valid time of the change, which every delta starts at or after.
    """
    name, number = inbox
    newest = read.newest_change(connection, number)
    late = bool(origin.undone) or (newest is not None and at < newest)
    old = read.tiles(connection, number, since=None if late else at)
    before = timeline.in_force(old, at)
    new: list[Tile] = list(old)
    if late:
        new = timeline.renumber(
            old, timeline.fold([*read.deltas(connection, number, void=dict.fromkeys(origin.undone, at)), *deltas])
        )
    else:
        new = new or [Tile(at, None, InboxSettings())]
        for delta in deltas:
            new = timeline.overlay(new, delta)
    following = read.next_version(connection, number)
    step = timeline.step(old, new, following)
    confirmed = origin.confirms and not step.versions
    if confirmed:
        new = timeline.parted(new, at)
        step = timeline.step(old, new, following)
    current = timeline.in_force([*step.versions, *new], at)
    outcome = ChangeOutcome(
        inbox=name,
        at=at,
        before=before.settings if before else InboxSettings(),
        versions=tuple(
            Version(
                number,
                name,
                tile.version,
                tile.start,
                tile.end,
                tile.settings,
                stamp.actor,
                origin.reason,
                confirmed=confirmed,
            )
            for tile in step.versions
        ),
        newest=current.version if current else None,
        undo=before.version if before is not None and before.end is None and not confirmed else None,
    )
    if not step.versions:
        return outcome, None
    reason = origin.reason if origin.reason is not None else origin.backdate
    body = _body(number, deltas, step, origin, at)
    return outcome, chain.Event("setting", {**body, "confirmed": True} if confirmed else body, at, reason)


def _body(
    number: int, deltas: Sequence[Delta], step: timeline.TimelineStep, origin: Origin, at: int
) -> dict[str, object]:
    return {
        "inbox": number,
        "deltas": [
            {"from": delta.start, "until": delta.end, "change": _plain(delta.change), **_order(delta, at)}
            for delta in deltas
        ],
        "versions": [
            {"version": tile.version, "from": tile.start, "to": tile.end, "value": tile.settings.value()}
            for tile in step.versions
        ],
        "cut": [list(pair) for pair in step.cut],
        "replaced": [list(pair) for pair in step.replaced],
        "backdate": origin.backdate,
        "uncertain_since": origin.uncertain_since,
        **({"undone": list(origin.undone)} if origin.undone else {}),
    }


def _order(delta: Delta, at: int) -> dict[str, object]:
    """Where a delta stands among all, if that is not the time of its change: behind what was planned."""
    return {} if delta.at is None or delta.at == at else {"at": delta.at}


def _plain(change: Change) -> dict[str, object]:
    return {
        key: list(item) if isinstance(item, tuple) else dict(item) if isinstance(item, Mapping) else item
        for key, item in change.items()
    }
