"""The words of an XML part of an office document, whatever its namespace prefixes: local names alone count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.parsers import expat  # expat expands nothing here: a DTD stops the reading before any entity is known

from occ_media_cli.media.readers.opc import Dtd, Malformed
from occ_media_cli.media.text.passage import LENGTH

MOST_DEPTH = 256

_JOINED = frozenset(("t", "delText", "instrText", "delInstrText"))
"""Elements whose text goes on in the next one of them: a word is cut wherever its look changes."""

_BREAKS = {"p": "\n", "tr": "\n", "br": "\n", "cr": "\n", "si": "\n", "comment": "\n", "tc": "\t", "tab": "\t"}

ALTERNATIVES = frozenset(("descr", "title"))
"""Attributes that hold words: the text that stands for a picture."""


class LocalNames(dict[str, str]):
    """The name of an element or attribute without its namespace, computed once for each."""

    def __missing__(self, name: str) -> str:
        found = self[name] = name.rpartition("}")[2]
        return found


class Handlers:
    """What a reader of a part does at its elements; `pieces` drives it."""

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


class _Words(Handlers):
    def __init__(self, attributes: frozenset[str]) -> None:
        self.found: list[str] = []
        self.length = 0
        self._wanted = attributes
        self._names = LocalNames()
        self._joined = self._touched = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._joined = self._names[name] in _JOINED
        self._touched = False
        if attributes:
            for key, value in attributes.items():
                if self._names[key] in self._wanted and value:
                    self._add(f"\n{value}\n")

    def end(self, name: str) -> None:
        local = self._names[name]
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

    def _add(self, text: str) -> None:
        self.found.append(text)
        self.length += len(text)

    def take(self) -> str:
        text = "".join(self.found)
        self.found, self.length = [], 0
        return text


def words_of_part(content: Iterable[bytes], attributes: frozenset[str] = ALTERNATIVES) -> Iterator[str]:
    """The words of a part, in stretches that follow each other. Raises as `feed_part`, after what came before."""
    words = _Words(attributes)
    try:
        for _ in feed_part(content, words):
            if words.length >= LENGTH:
                yield words.take()
    except Exception:
        if words.length:
            yield words.take()
        raise
    if words.length:
        yield words.take()
