"""The words of an XML part of an office document, whatever its namespace prefixes: local names alone count."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar
from xml.parsers import expat  # expat expands nothing here: a DTD stops the reading before any entity is known

from occ_media_cli.media.readers.opc import Dtd, Malformed
from occ_media_cli.media.text.passage import LENGTH

T = TypeVar("T")

MOST_DEPTH = 256

_JOINED = frozenset(("t", "delText", "instrText", "delInstrText"))
"""Elements whose text goes on in the next one of them: a word is cut wherever its look changes."""

_BREAKS = {"p": "\n", "tr": "\n", "br": "\n", "cr": "\n", "si": "\n", "comment": "\n", "tc": "\t", "tab": "\t"}

ALTERNATIVES = frozenset(("descr", "title", "alt", "string", "tooltip"))
"""Attributes that hold words: the text that stands for a picture or is drawn as one, and what a link shows."""

_TAKEN_OUT, _PUT_IN = frozenset(("del", "moveFrom")), frozenset(("ins", "moveTo"))
"""Tracked changes: what stands in them is of the version before, or of the one now."""


class LocalNames(dict[str, str]):
    """The name of an element or attribute without its namespace, computed once for each."""

    def __missing__(self, name: str) -> str:
        found = self[name] = name.rpartition("}")[2]
        return found


class Handlers:
    """What a reader of a part does at its elements; `feed_part` drives it."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """Characters stand in it."""


def feed_part(content: Iterable[bytes], to: Handlers) -> Iterator[None]:
    """Parse a part piece by piece, and stop after each. Raises `Malformed`, `Dtd`, and what the pieces raise."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    depth = 0

    def refuse(*_: object) -> None:
        raise Dtd("it declares a DTD, which no office program writes")

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEPTH:
            raise Malformed("it is nested too deeply")
        to.start(name, attributes)

    def finish(name: str) -> None:
        nonlocal depth
        depth -= 1
        to.end(name)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.CharacterDataHandler = to.data
    try:
        for piece in content:
            parser.Parse(piece, False)
            yield
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding that does not exist
        raise Malformed("it is no XML") from error
    yield


class Gathering(Handlers, ABC, Generic[T]):
    """A reader that gathers text. length: characters that wait to be taken."""

    length = 0

    @abstractmethod
    def take(self) -> T:
        """What was gathered since it was asked last."""


def gather_stretches(content: Iterable[bytes], to: Gathering[T]) -> Iterator[T]:
    """The text of a part, in stretches that follow each other. Raises as `feed_part`, after what came before."""
    try:
        for _ in feed_part(content, to):
            if to.length >= LENGTH:
                yield to.take()
    except Exception:
        if to.length:
            yield to.take()
        raise
    if to.length:
        yield to.take()


class _Words(Gathering[str]):
    def __init__(self, attributes: frozenset[str]) -> None:
        self.found: list[str] = []
        self.length = 0
        self._wanted = attributes
        self._names = LocalNames()
        self._joined = self._touched = False
        self._out = self._in = 0
        self._now: list[str] = []
        self._before: list[str] = []
        self._is_changed = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = self._names[name]
        self._joined = local in _JOINED
        if local in _TAKEN_OUT:
            self._out += 1
            self._is_changed = True
        elif local in _PUT_IN:
            self._in += 1
            self._is_changed = True
        self._touched = False
        if attributes:
            for key, value in attributes.items():
                if self._names[key] in self._wanted and value:
                    self._add(f"\n{value}\n")

    def end(self, name: str) -> None:
        local = self._names[name]
        if local in _TAKEN_OUT:
            self._out -= 1
        elif local in _PUT_IN:
            self._in -= 1
        elif local == "p":
            self._end_paragraph()
        sign = _BREAKS.get(local)
        if sign is not None:
            self._add(sign)
        elif self._touched and not self._joined:
            self._add("\n")
        self._joined = self._touched = False

    def data(self, text: str) -> None:
        if self._joined or not text.isspace():
            self._touched = True
            self._add(text)
            if self._joined:
                if not self._out:
                    self._now.append(text)
                if not self._in:
                    self._before.append(text)

    def _end_paragraph(self) -> None:
        """With tracked changes, say the paragraph also as it is now and as it was."""
        if self._is_changed:
            self._add("\n" + "".join(self._now) + "\n" + "".join(self._before))
        self._now, self._before, self._is_changed = [], [], bool(self._out or self._in)

    def _add(self, text: str) -> None:
        self.found.append(text)
        self.length += len(text)

    def take(self) -> str:
        text = "".join(self.found)
        self.found, self.length = [], 0
        if not self._is_changed:  # of a part without paragraphs nothing is kept
            self._now, self._before = [], []
        return text


def words_of_part(content: Iterable[bytes], attributes: frozenset[str] = ALTERNATIVES) -> Iterator[str]:
    """The words of a part, in stretches that follow each other. Raises as `feed_part`, after what came before."""
    return gather_stretches(content, _Words(attributes))
