"""The times that people type, in their zone: which zone that is, what each time came to, and how times are shown.

The zone is that of `--tz`, else `OCC_MEDIA_TZ`, else `[store] time_zone`, else that of the user's defaults, else the
machine's. It is looked for when a time that needs one is read; tables show it where it was set, and not only the
machine's.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from occ_media_cli import environment, times
from occ_media_cli.errors import UsageError
from occ_media_cli.refused_times import TwoReadings
from occ_media_cli.time_words import is_exact, read_time
from occ_media_cli.time_zones import find_zone, in_words, machine_zone, with_offset
from occ_media_cli.user_defaults import read_defaults
from occ_media_cli.values import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.report.model import Report
    from occ_media_cli.report.time_window import Window
    from occ_media_cli.store.locate import Location
    from occ_media_cli.time_words import Towards
    from occ_media_cli.time_zones import Zone


class TypedTimes:
    """The zone of a run, and what was read in it."""

    def __init__(self, option: str | None, location: Location, wall: int) -> None:
        said = environment.option_or(option, "--tz", "OCC_MEDIA_TZ")
        self._location, self._wall = location, wall
        self._set: Zone | None = find_zone(said.value, said.by) if said.value else None
        self._asked_store = self._set is not None
        self._used: Zone | None = None
        self._told: list[str] = []

    def zone(self) -> Zone:
        """The zone in which times are read."""
        if not self._asked_store:
            from occ_media_cli.settings.time_zone import time_zone_of
            from occ_media_cli.store.open import reading

            found = None
            if self._location.exists:
                with reading(self._location) as store:
                    found = time_zone_of(store, self._wall)
            self.learn(found)
        if self._used is None:
            self._used = self._set if self._set is not None else machine_zone()
        return self._used

    @property
    def name(self) -> str:
        """The zone in which a period was asked for, by its name."""
        used = self._used or self._set
        return times.ZONE if used is None else used.name

    @property
    def knows_store(self) -> bool:
        """Whether the store need not be asked any more."""
        return self._asked_store

    @property
    def shows_utc(self) -> bool:
        """Whether nothing but UTC is to be shown."""
        zone = self._set or self._used
        return zone is None or zone.name == times.ZONE

    def learn(self, name: str | None) -> None:
        """Take the zone of a store, if it has one, else that of the user's defaults."""
        if self._asked_store:
            return
        self._asked_store = True
        own = read_defaults()
        if name is not None:
            self._set = find_zone(name, "[store] time_zone")
        elif own.time_zone is not None:
            self._set = find_zone(own.time_zone, f"time_zone of {own.file}")

    def read(self, text: str, option: str, now: int, towards: Towards, typed: Sequence[str]) -> int:
        """Milliseconds of a time that was typed as an option, and what it came to is told with `take_told`.

        UsageError for what is none; where it may be two moments, help is the command with either. typed: the whole
        command line.
        """
        try:
            if is_exact(text):
                return read_time(text, now, option=option)
            zone = self.zone()
            found = read_time(text, now, zone, towards, option)
        except TwoReadings as problem:
            raise UsageError(problem.what, hint=_both(problem, typed)) from None
        plain = times.is_duration(text) or text[:4].isdecimal()
        if zone.name != times.ZONE or not plain:
            self._told.append(f"{option} '{text}' is {in_words(found, zone)}")
        return found

    def take_told(self) -> list[str]:
        """What times came to that nobody was told of yet."""
        told, self._told = self._told, []
        return told

    def shown(self, moment: int) -> str:
        """A moment for people: in UTC as programs write it, or in the zone that was set or used, and in UTC."""
        zone = self._set or self._used
        return times.text(moment) if zone is None or self.shows_utc else in_words(moment, zone)

    def window_words(self, window: Window) -> str | None:
        """A period in the zone, as a line over a report; None where UTC says it all."""
        zone = self._set or self._used
        ends = [(word, end) for word, end in (("from", window.since), ("until", window.until)) if end is not None]
        if zone is None or self.shows_utc or not ends:
            return None
        said = " ".join(f"{word} {in_words(times.parse(end), zone)}" for word, end in ends)
        return f"{said[:1].upper()}{said[1:]}, in {zone.name}"

    def in_zone(self, report: Report) -> Report:
        """A report with its times as people in the zone that was set read them."""
        if self.shows_utc:
            return report
        from occ_media_cli.report.local_columns import in_zone

        words = None if report.window is None else self.window_words(report.window)
        about = [*report.about, words] if words is not None else report.about
        return replace(report, blocks=in_zone(report.blocks, self.cell), about=about)

    def cell(self, text: str) -> str:
        """A time of a table, which is in UTC, in the zone that was set; anything else stays."""
        if self._set is None or len(text) != len(times.text(0)):
            return text
        with suppress(ValueError):
            return with_offset(times.parse(text), self._set)
        return text


def _both(problem: TwoReadings, typed: Sequence[str]) -> str | None:
    """The command line with either reading, where it was typed."""
    from occ_media_cli.cli.typed_right import typed_right
    from occ_media_cli.errors import Slip

    commands = [
        typed_right(Slip(problem.typed, (each,), (problem.option,)), typed) if problem.option.startswith("-") else None
        for each in problem.readings
    ]
    known = [each for each in commands if each is not None]
    return "; or: ".join(known) if len(known) == len(commands) else problem.hint
