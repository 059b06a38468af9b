"""Filters of the package `av` in a row: what `-filter` is to the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
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
