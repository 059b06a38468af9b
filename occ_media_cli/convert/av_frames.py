"""Frames of one file as the package `av` decodes them: seen through where they are transparent, and upright."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from occ_media_cli.convert.coding import CodedFile
from occ_media_cli.convert.filter_row import FilterRow

_TURNS = {90: ["transpose=cclock"], 180: ["hflip", "vflip"], 270: ["transpose=clock"]}
"""By the degrees that a frame says of itself, what turns it upright."""

_SEEN_THROUGH = "yuva420p"
"""The pixels of a VP8 or VP9 that is transparent."""

Step = Callable[[Any], Iterator[Any]]
"""What becomes of one packet: its frames, or the packets of a copy."""


class FrameReader:
    """What makes frames of the packets of a file."""

    def __init__(self, av: Any, file: CodedFile) -> None:
        self._av, self._file = av, file

    def decoder_of(self, stream: Any) -> Step:
        """What makes frames of the packets of a stream."""
        if not self._file.decoder or stream.type != "video":
            return lambda packet: packet.decode()
        context = self._av.CodecContext.create(self._file.decoder, "r")
        return lambda packet: context.decode(packet if packet.size else None)

    def read_stream(self, held: Any, stream: Any) -> Iterator[Any]:
        """Every frame that can be read; what cannot is passed over."""
        decode = self.decoder_of(stream)
        for packet in held.demux(stream):
            with suppress(self._av.error.InvalidDataError):
                yield from decode(packet)

    def filter_picture(self, stream: Any, turned: int, filters: str) -> FilterRow:
        """The filters of a picture behind those that turn it upright. turned: degrees that its frames say."""
        pixels = _SEEN_THROUGH if self._file.decoder else ""
        return FilterRow(self._av, stream, ",".join([*_TURNS.get(turned % 360, []), filters]), pixels=pixels)

    def read_picture(self, held: Any, index: int, turned: int, filters: str) -> Iterator[Any]:
        """The frames of a picture as they come out of its filters."""
        stream = held.streams[index]
        run = self.filter_picture(stream, turned, filters)
        for frame in self.read_stream(held, stream):
            yield from run.pass_through(frame)
        yield from run.pass_through(None)
