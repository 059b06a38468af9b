"""Random histories of one inbox, told to the program and to an oracle that only knows what was said when."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit import engine
from occ_media_cli.audit.engines.sqlite import SqliteSource
from occ_media_cli.decide.switches import switches_of
from occ_media_cli.settings import read
from occ_media_cli.settings.editor import Editor
from occ_media_cli.settings.model import FIELDS, InboxPlan, InboxSettings, TimeBox, Version
from occ_media_cli.store import locate, migrate
from occ_media_cli.store.chain import Stamp
from occ_media_cli.store.connect import connect
from occ_media_cli.store.open import Store
from occ_media_cli.vocabulary import DIRECTIONS

Fields = dict[str, Any]


class Oracle:
    """What was in force at t: every change that covers t, by the time it was made at, then by the order of commits."""

    def __init__(self, created: int) -> None:
        self.changes: list[tuple[int, int, float, Fields]] = [(created, created, float("inf"), {})]
        self.actors = ["founder"]

    actor = "founder"
    """Who speaks now."""

    def in_force(self, moment: float, changes: list[tuple[int, int, float, Fields]] | None = None) -> Fields | None:
        found: Fields | None = None
        for _at, start, end, change in sorted(changes or self.changes, key=lambda item: item[0]):
            if found is None and start <= moment:
                found = fields(InboxSettings())
            if found is not None and start <= moment < end:
                found = {**found, **change}
        return found

    def moments(self, changes: list[tuple[int, int, float, Fields]] | None = None) -> list[float]:
        points = {point for _at, start, end, _change in changes or self.changes for point in (start, end)}
        return sorted(points - {float("inf")})

    def shortened(self, now: int, until: float, change: Fields) -> list[tuple[int, int, float, Fields]]:
        """What gives the fields back, where a change says anew when a box ends that is running already."""
        for moment in [now, *(int(point) for point in self.moments() if point > now)]:
            said = self.in_force(moment)
            if said is None:
                return []
            if any(said[key] != item for key, item in change.items()):
                back = [(now, int(until), float(moment), {key: said[key] for key in change})] if until < moment else []
                return back if moment > now else []
        return []

    def say(self, *changes: tuple[int, int, float, Fields], confirms: bool = False) -> None:
        after = [*self.changes, *changes]
        if confirms or any(self.in_force(t) != self.in_force(t, after) for t in self.moments(after)):
            self.changes = after  # a change that changes nothing is not on record
            self.actors += [self.actor] * len(changes)

    def who(self, moment: int, way: str) -> tuple[float, str] | None:
        """Since when a switch is as it is at a moment, without a break, and who made it so: whose words count from
        there on, or else whose words counted until there."""
        if self.in_force(moment) is None:
            return None
        start = float(moment)
        for point in reversed([point for point in self.moments() if point <= moment]):
            start = point
            before, then = self.in_force(point - 0.5), self.in_force(point)
            if before is None or then is None or before[way] != then[way]:
                break
        rows = sorted(zip(self.changes, self.actors, strict=True), key=lambda row: row[0][0])
        until, since = (
            [(change, actor) for change, actor in rows if way in change[3] and change[1] <= point < change[2]][-1:]
            for point in (start - 0.5, start)
        )
        if since and since[0][0][1] == start:
            return start, since[0][1]
        if until and until[0][0][2] == start:
            return start, until[0][1]
        return start, next(actor for change, actor in rows if change[1] == start)  # with whom it all begins

    def plan(self, now: int, order: int, spans: list[tuple[float, Fields]]) -> None:
        changes, begin = [], float(now)
        for until, wanted in spans:
            edges = [begin, *(t for t in self.moments() if begin < t < until), until]
            for low, high in itertools.pairwise(edges):
                said = self.in_force(low) or {}
                differs = {key: item for key, item in wanted.items() if said.get(key) != item}
                changes += [(order, int(low), high, differs)] if differs else []
            begin = until
        self.say(*changes)


def fields(settings: InboxSettings) -> Fields:
    return {name: getattr(settings, name) for name in FIELDS}


def memory(folder: Path) -> Store:
    """An empty store whose transactions are never kept."""
    path = folder / "oracle.db"
    connection = connect(path, writable=True)
    connection.execute("PRAGMA synchronous=OFF")
    migrate.upgrade(connection, path, stamp(0))
    return Store(locate.at(path, explicit=True), connection)


def stamp(now: int, wall: int | None = None, actor: str = "founder") -> Stamp:
    return Stamp(now, now if wall is None else wall, actor, "os", "host", "test")


def _change(chance: random.Random) -> Fields:
    made: Fields = {}
    while not made:
        if chance.random() < 0.6:
            made["receive"] = chance.random() < 0.5
        if chance.random() < 0.3:
            made["send"] = chance.random() < 0.5
        if chance.random() < 0.2:
            made["message"] = chance.choice([None, "write to a@b.example", "call +1 555 0100"])
        if chance.random() < 0.1:
            made["tags"] = chance.choice([(), ("gold",), ("gold", "vip")])
    return made


def differences(seed: int, store: Store) -> list[str]:
    """Tell one random history to both and return where they disagree."""
    chance = random.Random(seed)
    connection = store.ledger
    connection.execute("BEGIN IMMEDIATE")
    try:
        return _told(chance, store)
    finally:
        connection.execute("ROLLBACK")


def _told(chance: random.Random, store: Store) -> list[str]:
    now = 1_000
    editor = Editor(store, stamp(now))
    editor.add_inbox("vip")
    number = editor.inbox_id("vip")
    oracle = Oracle(now)
    newest = now
    for step in range(chance.randint(1, 12)):
        oracle.actor = f"person{step}"
        now = max(now, newest) + chance.choice([0, 0, 1, 5, 20])
        kind = chance.random()
        clock = now
        newest = read.newest_change(editor.connection, number, clock) or newest  # what was planned may have come
        if kind < 0.15:
            now = chance.randint(900, now)
        elif kind > 0.9:
            now += chance.randint(1, 40)  # planned: its time has not come when it is recorded
        editor.stamp = stamp(now, clock, oracle.actor)
        late = now < newest
        ahead = read.tiles(editor.connection, number, since=now)
        last = read.newest_change(editor.connection, number) or now
        if late or kind < 0.6 or kind > 0.9:
            change = _change(chance)
            until = now + chance.randint(1, 30) if chance.random() < 0.4 else None
            inside = not late and bool(ahead) and ahead[0].covers(now) and ahead[0].end is not None
            inside = inside and chance.random() < 0.5
            reason = "as agreed" if chance.random() < 0.3 else None
            editor.change("vip", change, until=until, inside=inside, reason=reason, backdate="late" if late else None)  # type: ignore[arg-type]
            if inside and ahead[0].end is not None:
                until = ahead[0].end if until is None else min(until, ahead[0].end)
            end = float("inf") if until is None else until
            back = oracle.shortened(now, end, change)
            oracle.say((now, now, end, change), *back, confirms=reason is not None)
        elif kind < 0.8:
            version = chance.randint(1, read.next_version(editor.connection, number) - 1)
            wanted = read.settings_of(editor.connection, number, version)
            assert wanted is not None
            editor.revert("vip", version)
            oracle.plan(now, max(now, last), [(float("inf"), fields(wanted))])
        else:
            base = InboxSettings().changed(_change(chance))
            ends = sorted(chance.sample(range(now + 1, now + 40), chance.randint(0, 2)))
            boxes = tuple(TimeBox(end, base.changed(_change(chance))) for end in ends)
            editor.replan("vip", InboxPlan(base, boxes))
            spans = [(float(box.until), fields(box.settings)) for box in boxes]
            oracle.plan(now, max(now, last), [*spans, (float("inf"), fields(base))])
        now = clock
        newest = read.newest_change(editor.connection, number, now) or newest
    return _compared(editor, number, oracle)


def _blamed(connection: Any, held: list[Version], number: int, oracle: Oracle, moment: int) -> list[str]:
    """Where it is told wrongly since when a switch is as it is, and by whom."""
    found = []
    for version in held:
        for way, switch in zip(DIRECTIONS, switches_of(connection, version, number), strict=True):
            said = oracle.who(moment, way)
            if said is None or (switch.since, switch.actor) != (times.text(int(said[0])), said[1]):
                found.append(f"{way} at {moment}: {switch} is not {said}")
    return found


def _compared(editor: Editor, number: int, oracle: Oracle) -> list[str]:
    found: list[str] = []
    for point in oracle.moments():
        for moment in (int(point) - 1, int(point), int(point) + 1):
            held = read.versions(editor.connection, number, at=moment)
            said: Mapping[str, Any] | None = oracle.in_force(moment)
            if [fields(version.settings) for version in held] != ([said] if said is not None else []):
                found.append(f"at {moment}: {[version.number for version in held]} is not {said}")
            found += _blamed(editor.connection, held, number, oracle, moment)
    source = SqliteSource(editor.connection)
    spans = engine.read_settings(source)
    editor.connection.execute("PRAGMA query_only=OFF")
    for (_, start), span in spans.spans.items():
        for way in DIRECTIONS:
            change, said = spans.made_so(span.inbox_id, start, f"{way} off"), oracle.who(start, way)
            if change is None or (change.valid_from, change.actor) != said:
                found.append(f"audit: {way} from {start}: {change} is not {said}")
    tiles = read.tiles(editor.connection, number)
    gaps = [(left.end, right.start) for left, right in itertools.pairwise(tiles) if left.end != right.start]
    if gaps or tiles[-1].end is not None:
        found.append(f"spans overlap or leave gaps: {gaps}")
    numbers = [version.number for version in read.versions(editor.connection, number)]
    if numbers != list(range(1, len(numbers) + 1)):
        found.append(f"numbers {numbers}")
    return found
