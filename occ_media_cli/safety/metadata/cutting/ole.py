"""Old Office documents: no sector moves. Property sets become empty ones of the same length, names of people become
blanks, times become zeros; what would need a new document is named and left ([MS-CFB], [MS-OLEPS])."""

from __future__ import annotations

from collections.abc import Iterator

from occ_media_cli.media.readers.cfb import SIGNATURE, CfbBroken, CfbEntry, CompoundFile
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.metadata.block import Block, CutFailed, change_at
from occ_media_cli.safety.metadata.cutting.ole_streams import SIGNATURES, Told, patched

MOST_STREAM = 128 * 1024 * 1024
_TIMES = slice(100, 116)


def cut(source: FileSource) -> Iterator[Block]:
    """All of the file, with what tells something of it overwritten in its place."""
    if not source.head.startswith(SIGNATURE):
        raise CutFailed("it is of a form from before 1995, and what that tells of itself is not known here")
    try:
        changes = list(_changes(source))
    except (CfbBroken, IndexError, ValueError) as error:
        raise CutFailed("it is damaged: its streams cannot be read") from error
    changes.sort(key=lambda block: (block.start, block.end))
    return change_at(source, changes)


def _changes(source: FileSource) -> Iterator[Block]:
    package = CompoundFile(source)
    told, held = Told(), set[int]()
    for storage in package.entries:
        if storage.kind in (1, 5):
            children = package.children(storage)
            if any(name in children for name in SIGNATURES):
                told.left.add("signed")
            held.update(map(id, children.values()))
            yield from _storage(package, children, told)
    for entry in package.entries:
        if entry.kind == 2 and id(entry) not in held:  # no storage has it, and its bytes are there all the same
            yield from _storage(package, {entry.name.upper(): entry}, told)
    yield from _directory(source, package)
    for begin, end in package.free_spans:
        if source.data[begin:end].strip(b"\0"):
            yield Block(begin, end, bytes(end - begin), ("unused_space",), "free sector")
    if told.left:
        yield Block(0, 0, b"", tuple(sorted(told.left)))


def _storage(package: CompoundFile, children: dict[str, CfbEntry], told: Told) -> Iterator[Block]:
    """What changes in the streams of one storage: that of the document, or of one that is embedded in it."""

    def read(name: str) -> bytes:
        entry = children.get(name.upper())
        return package.read(entry, MOST_STREAM) if entry is not None and entry.kind == 2 else b""

    told.others = {}
    for name in sorted(children, key=lambda name: (name != "WORDDOCUMENT", name)):  # it changes its table stream too
        entry = children[name]
        if entry.kind != 2 or not 0 < entry.size <= MOST_STREAM:
            continue
        content = read(name)
        begun, facts = told.others.get(name, (content, set[str]()))
        told.seen = set(facts)
        plain = patched(entry.name, begun, told, read)
        if plain != content:
            yield from _pieces(package.spans(entry), content, plain, tuple(sorted(told.seen)), entry.name)


def _pieces(spans: Iterator[tuple[int, int]], content: bytes, plain: bytes, facts: tuple[str, ...],
            name: str) -> Iterator[Block]:  # fmt: skip
    at = 0
    for begin, end in spans:
        length = end - begin
        if content[at : at + length] != plain[at : at + length]:
            yield Block(begin, end, plain[at : at + length], facts, name.strip("\5\1"))
        at += length


def _directory(source: FileSource, package: CompoundFile) -> Iterator[Block]:
    """When each storage was made and changed."""
    for begin, end in package.directory_spans:
        for at in range(begin, min(end, source.size) - 127, 128):
            if source.data[at + _TIMES.start : at + _TIMES.stop].strip(b"\0"):
                yield Block(at + _TIMES.start, at + _TIMES.stop, bytes(16), ("dates",), "directory")
