"""What is in force at every moment, computed without a clock or a disk.

The settings of an inbox at a moment are the fold of all its deltas that cover the moment, ordered by the valid time of
their changes and, at the same time, by the order of their commits. A change that is made at or after every other one is
therefore simply laid over the tiles that are there (`overlay`); an earlier one needs the whole fold (`fold`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from occ_media_cli.settings.model import Change, InboxSettings
from occ_media_cli.values import replace, value


@value
class Tile:
    """Settings over a half-open span. `version` is None while the tile has not been numbered."""

    start: int
    end: int | None
    settings: InboxSettings
    version: int | None = None

    def covers(self, moment: int) -> bool:
        """Whether the moment lies in the span."""
        return self.start <= moment and (self.end is None or moment < self.end)


@value
class Delta:
    """Fields that change from a moment on, until another one or for good.

    at: the valid time of the change that it belongs to, None for its own start. A plan with a time-box has deltas that
    start later than the change; a change that was made in between still comes after all of them.
    """

    start: int
    end: int | None
    change: Change
    at: int | None = None


@value
class TimelineStep:
    """What turns one row of tiles into another: new versions, shortened ones and replaced ones."""

    versions: tuple[Tile, ...]
    cut: tuple[tuple[int, int], ...]
    replaced: tuple[tuple[int, int], ...]


def _earlier(left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return right if left is None else left
    return min(left, right)


def in_force(tiles: Iterable[Tile], moment: int) -> Tile | None:
    """The tile that holds at a moment."""
    return next((tile for tile in tiles if tile.covers(moment)), None)


def overlay(tiles: Sequence[Tile], delta: Delta) -> list[Tile]:
    """Lay a change over the tiles in its span; tiles that it does not alter keep their version."""
    made: list[Tile] = []
    for tile in tiles:
        before = tile.end is not None and tile.end <= delta.start
        after = delta.end is not None and tile.start >= delta.end
        settings = tile.settings if before or after else tile.settings.changed(delta.change)
        if settings == tile.settings:
            made.append(tile)
            continue
        if tile.start < delta.start:
            made.append(replace(tile, end=delta.start))
        start, end = max(tile.start, delta.start), _earlier(tile.end, delta.end)
        made.append(Tile(start, end, settings))
        if end is not None and end != tile.end:
            made.append(Tile(end, tile.end, tile.settings))
    return merge(made)


def joined(tiles: Sequence[Tile], delta: Delta, texts: Mapping[str, str | None]) -> list[Delta]:
    """A change whose messages by language join those of each span that it covers, instead of replacing them.

    A text that is None takes its language away.
    """
    found: list[Delta] = []
    spans = [tile for tile in tiles if delta.end is None or tile.start < delta.end]
    for tile in spans or [Tile(delta.start, None, InboxSettings())]:
        whole = {**tile.settings.messages, **texts}
        change = {**delta.change, "messages": {tag: text for tag, text in whole.items() if text is not None}}
        start = max(delta.start, tile.start) if found else delta.start
        if found and found[-1].change == change:
            found[-1] = replace(found[-1], end=_earlier(tile.end, delta.end))
        else:
            found.append(Delta(start, _earlier(tile.end, delta.end), change, delta.start))
    return found


def parted(tiles: Sequence[Tile], moment: int) -> list[Tile]:
    """The tiles, with the one that holds at a moment made anew from there on: it says the same, for a new reason."""
    made: list[Tile] = []
    for tile in tiles:
        if not tile.covers(moment):
            made.append(tile)
            continue
        if tile.start < moment:
            made.append(replace(tile, end=moment))
        made.append(Tile(moment, tile.end, tile.settings))
    return made


def shortened(tiles: Sequence[Tile], delta: Delta) -> list[Delta]:
    """A change with an end, and what gives its fields back from there on.

    Somebody who says `off for an hour` while a box says `off for four` means the hour: the newest end counts, and
    what follows the box holds from then on.
    """
    begin = delta.start
    for tile in tiles:
        if not tile.covers(begin):
            break
        if tile.settings.changed(delta.change) != tile.settings:
            if delta.end is None or begin == delta.start or delta.end >= begin:
                break
            back = {field: getattr(tile.settings, field) for field in delta.change}
            return [delta, Delta(delta.end, begin, back, delta.start)]
        if tile.end is None:
            break
        begin = tile.end
    return [delta]


def merge(tiles: Sequence[Tile]) -> list[Tile]:
    """Join a new tile with what follows it when both say the same: one version then stands for both."""
    joined: list[Tile] = []
    for tile in tiles:
        last = joined[-1] if joined else None
        if last is not None and last.version is None and last.settings == tile.settings and last.end == tile.start:
            joined[-1] = replace(last, end=tile.end)
        else:
            joined.append(tile)
    return joined


def fold(deltas: Sequence[Delta]) -> list[Tile]:
    """The tiles of all deltas of an inbox, given in the order of their commits."""
    # Stable: commits keep their order at one moment.
    ordered = sorted(deltas, key=lambda delta: delta.start if delta.at is None else delta.at)
    tiles: list[Tile] = []
    for delta in ordered:
        if not tiles:
            tiles = [Tile(delta.start, None, InboxSettings())]
        tiles = overlay(tiles, delta)
    return tiles


def step(old: Sequence[Tile], new: Sequence[Tile], following: int) -> TimelineStep:
    """The numbered difference between two rows of tiles; `following` is the first free version number."""
    kept = {tile.version: tile for tile in new if tile.version is not None}
    versions: list[Tile] = []
    for tile in new:
        if tile.version is None:
            versions.append(replace(tile, version=following + len(versions)))
    cut: list[tuple[int, int]] = []
    replaced: list[tuple[int, int]] = []
    for tile in old:
        if tile.version is None:
            continue
        left = kept.get(tile.version)
        if left is None:
            heir = in_force(versions, tile.start)
            number = heir.version if heir is not None else versions[0].version
            replaced.append((tile.version, number or 0))
        elif left.end != tile.end and left.end is not None:
            cut.append((tile.version, left.end))
    return TimelineStep(tuple(versions), tuple(cut), tuple(replaced))


def renumber(old: Sequence[Tile], new: Sequence[Tile]) -> list[Tile]:
    """Give the tiles of a whole fold the versions of equal old tiles, so that only what changed is written.

    A tile keeps its version when it starts where the old one did and says the same; its end may only move earlier.
    """
    by_start = {tile.start: tile for tile in old}
    result: list[Tile] = []
    for piece in _cut(new, sorted(by_start)):
        twin = by_start.get(piece.start)
        shorter = twin is not None and (
            twin.end == piece.end or (piece.end is not None and (twin.end is None or piece.end < twin.end))
        )
        last = result[-1] if result else None
        if twin is not None and shorter and twin.settings == piece.settings:
            result.append(replace(piece, version=twin.version))
        elif last is not None and last.version is None and last.settings == piece.settings and last.end == piece.start:
            result[-1] = replace(last, end=piece.end)
        else:
            result.append(piece)
    return result


def _cut(tiles: Iterable[Tile], edges: Sequence[int]) -> Iterable[Tile]:
    """The tiles, divided where the old ones began."""
    for tile in tiles:
        start = tile.start
        for edge in edges:
            if start < edge and (tile.end is None or edge < tile.end):
                yield replace(tile, start=start, end=edge)
                start = edge
        yield replace(tile, start=start)
