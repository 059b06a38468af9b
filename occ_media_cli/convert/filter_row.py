"""Filters of the package `av` in a row: what `-filter` is to the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Any


class FilterRow:
    """Between the frames of a stream and those of a copy. filters: as `convert.filters` writes them. frame: how many
    samples the encoder wants at once, 0 for any number. pixels: what frames consist of, where the stream says it
    wrongly."""

    def __init__(
        self, av: Any, stream: Any, filters: str, *, sound: bool = False, frame: int = 0, pixels: str = ""
    ) -> None:
        self._av, self._sound = av, sound
        self._graph = av.filter.Graph()
        if pixels:
            size = {"width": stream.codec_context.width, "height": stream.codec_context.height}
            last = self._first = self._graph.add_buffer(**size, format=pixels, time_base=stream.time_base)
        else:
            last = self._first = (self._graph.add_abuffer if sound else self._graph.add_buffer)(template=stream)
        for each in [*filters.split(","), "abuffersink" if sound else "buffersink"]:
            name, _, options = each.partition("=")
            step = self._graph.add(name, options)
            last.link_to(step)
            last = step
        self._graph.configure()
        if frame:
            self._graph.set_audio_frame_size(frame)

    def pass_through(self, frame: Any | None) -> Iterator[Any]:
        """The frames that come out when one more goes in; None is the end."""
        self._first.push(frame)
        with suppress(self._av.error.BlockingIOError, self._av.error.EOFError):
            while True:
                yield self._graph.pull() if self._sound else self._graph.vpull()


class LikenessRow:
    """The meter of likeness of the package `av`: of two frames of one size and kind, one pair after the other."""

    def __init__(self, av: Any) -> None:
        self._av, self._graph, self._pairs = av, av.filter.Graph(), 0
        self._ends: list[Any] = []

    def compare(self, one: Any, other: Any) -> list[float]:
        """SSIM of the pairs that are done meanwhile, 0 to 1."""
        if not self._ends:
            self._link(one)
        for end, frame in zip(self._ends, (one, other), strict=True):
            frame.pts, frame.time_base = self._pairs, Fraction(1, 25)
            end.push(frame)
        self._pairs += 1
        with suppress(self._av.error.BlockingIOError):
            return [float(self._graph.vpull().metadata["lavfi.ssim.All"])]
        return []

    def _link(self, frame: Any) -> None:
        kind = {"width": frame.width, "height": frame.height, "format": frame.format, "time_base": Fraction(1, 25)}
        self._ends = [self._graph.add_buffer(**kind, name=name) for name in ("a", "b")]
        likeness, out = self._graph.add("ssim"), self._graph.add("buffersink")
        for place, end in enumerate(self._ends):
            end.link_to(likeness, 0, place)
        likeness.link_to(out)
        self._graph.configure()
