"""The objects of a PDF: found by their numbers, also inside of object streams, which are unpacked with bounds.

No table of objects is followed: a reader that finds it broken looks for `N G obj` itself, and so does this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import NamedTuple

from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers.pdf_filters import MOST_LOOKED_AT, REFERENCE, PdfFilters, plain_names
from occ_media_cli.media.source import FileSource

MOST_STREAMS = 400
MOST_KEPT = 20_000_000
"""Object streams that are unpacked; bytes of them all that are kept."""

_OBJECT = 65_536
_MOST_VERSIONS = 8
"""Bytes of an object that are read, and objects of one number that are looked at."""

_MOST_SEARCHES = 8
"""Searches through all of the file."""

_OBJECT_STREAM = Pattern(rb"/(?:O|#4[fF])(?:b|#62)(?:j|#6[aA])(?:S|#53)(?:t|#74)(?:m|#6[dD])\b")
_STREAM = Pattern(rb"stream\r?\n|stream\r")


class Unpacked(NamedTuple):
    """An object stream: its dictionary, and what came out of it, or None where it could not be unpacked."""

    dictionary: bytes
    content: bytes | None
    whole: bool


class _Packed:
    """The objects of an unpacked stream. begin: where the first stands, behind the numbers that tell of all of them."""

    def __init__(self, content: bytes, begin: int) -> None:
        self._content, self._begin = content, begin
        self._places: dict[int, int] | None = None

    def object(self, number: int) -> bytes | None:
        """The beginning of an object, or None. Which there are is read when somebody asks for the first."""
        if self._places is None:
            # Some programs write a comment between the numbers and the first object.
            told = [int(word) for word in takewhile(bytes.isdigit, self._content[: self._begin].split())]
            self._places = dict(zip(told[::2], told[1::2], strict=False))
        place = self._places.get(number)
        if place is None:
            return None
        after = min((each for each in self._places.values() if each > place), default=len(self._content))
        start = self._begin + place
        return self._content[start : min(self._begin + after, start + _OBJECT)]


class PdfObjects:
    """The objects of a file. `unread` is true when an object stream, or a part of one, could not be looked into."""

    def __init__(self, source: FileSource, seek: Pattern) -> None:
        self._data, self._size = source.data, source.size
        self._seek, self._filters = seek, PdfFilters(seek)
        self._packed: list[_Packed] | None = None
        self.unread = self._seen = False
        self.contents: list[bytes] = []
        self._searches = _MOST_SEARCHES

    @property
    def sought(self) -> bool:
        """Whether the pattern is in an object stream that was unpacked."""
        return self._seen or self._filters.sought

    def root(self) -> int | None:
        """The number of the catalog, by the last trailer or table that names one."""
        end = self._size
        for _ in range(64):
            at = self._data.rfind(b"/Root", 0, end)
            if at < 0:
                return None
            if hit := REFERENCE.match(self._data[at + 5 : at + 40]):
                return int(hit[1])
            end = at
        return None

    def all_of(self, number: int) -> list[bytes]:
        """The beginnings of every object of a number, the last in the file first.

        An update replaces what stood before, unless the table says otherwise: which one counts is for readers to say.
        """
        found = [self._data[at : at + _OBJECT].partition(b"endobj")[0] for at in self._places(number)]
        # The last stream that has it counts.
        packed = (held.object(number) for held in reversed(self._in_streams()))
        found += islice((each for each in packed if each is not None), 1)
        if not found and self._searches:
            self._searches -= 1
            found = [self._data[at : at + _OBJECT].partition(b"endobj")[0] for at in self._spaced(number)]
        return [plain_names(each) for each in found]

    def _places(self, number: int) -> list[int]:
        """Behind each `number 0 obj`, the last first."""
        word, found = b"%d 0 obj" % number, list[int]()
        at = self._data.rfind(word)
        while at >= 0 and len(found) < _MOST_VERSIONS:
            if not at or not self._data[at - 1 : at].isdigit():
                found.append(at + len(word))
            at = self._data.rfind(word, 0, at)
        return found

    def _spaced(self, number: int) -> list[int]:
        """The same with another generation, and however the three words are set apart."""
        pattern = Pattern(rb"(?<![0-9])%d[\s\0]+\d+[\s\0]+obj\b" % number)
        return [hit.end() for hit in islice(pattern.finditer(self._data), _MOST_VERSIONS)]

    def _in_streams(self) -> list[_Packed]:
        """The object streams, in the order of the file."""
        if self._packed is None:
            self._packed = []
            for dictionary, content, whole in self._streams():
                if content is None or not whole:
                    self.unread = True
                if content is None:
                    continue
                self.contents.append(content)
                if first := re.search(rb"/First\s+(\d+)", dictionary):
                    self._packed.append(_Packed(content, int(first[1])))
        return self._packed

    def look_into_streams(self) -> None:
        """Unpack every object stream; `sought` tells whether the pattern is in any of them."""
        self._in_streams()

    def _streams(self) -> Iterator[Unpacked]:
        data, kept, looked_at = self._data, MOST_KEPT, MOST_LOOKED_AT
        for number, hit in enumerate(_OBJECT_STREAM.finditer(data)):
            if number >= MOST_STREAMS or looked_at <= 0:
                self.unread = True
                return
            begin = _STREAM.search(data, hit.end(), hit.end() + 4096)
            start = data.rfind(b"obj", max(0, hit.start() - 4096), hit.start())
            if begin is None or start < 0:
                continue
            dictionary = data[start + 3 : begin.start()]
            if b"endobj" in dictionary or b"ObjStm" not in plain_names(dictionary):
                continue
            raw = self._raw(dictionary, begin.end())
            content, more = self._filters.unpack(dictionary, raw, min(kept, looked_at))
            if content is None:
                yield Unpacked(dictionary, None, False)
                continue
            kept -= len(content)
            looked_at -= len(content) + more
            self._seen = self.sought or self._seek.search(content) is not None
            yield Unpacked(dictionary, content, more >= 0)

    def _raw(self, dictionary: bytes, begin: int) -> bytes:
        """The bytes of a stream: of its stated length where `endstream` follows, else up to the next `endstream`."""
        stated = re.search(rb"/Length\s+(\d+)(?!\s+\d+\s+R)", dictionary)
        if stated:
            end = begin + int(stated[1])
            if self._data[end : end + 12].lstrip().startswith(b"endstream"):
                return self._data[begin:end]
        end = self._data.find(b"endstream", begin)
        return self._data[begin : end if end >= 0 else self._size]
