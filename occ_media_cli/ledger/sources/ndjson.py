"""NDJSON: one entry a line, as contracts.md §6 states it. An export of the ledger as NDJSON reads as a source again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from struct import Struct
from typing import Any

import msgspec  # noqa: TID253 - this module is imported by an ingest only

from occ_media_cli.decoding import DEPTH
from occ_media_cli.ledger.append.ahead import work_ahead
from occ_media_cli.ledger.append.columns import Guess, Unusual, packed, unpacked
from occ_media_cli.ledger.entry import LONGEST_LINE, Batch, Correction, EntryRow, GateDecision, Item, RowRefusal, Unfit
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.fields import decoded, made
from occ_media_cli.ledger.sources.streams import blocks, opened

_decoder = msgspec.json.Decoder(EntryRow)


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The entries of a file, or of standard input for `-`; with a mapping, those of the bodies of any platform."""
    if options.mapping is not None:
        yield from _mapped(name, options.mapping, options, context)
        return
    line = 1
    unknown: set[str] | None = None
    sound = True
    with opened(name) as (stream, raw, size):

        def pieces() -> Iterator[tuple[bytes, int]]:
            nonlocal unknown, sound
            for block, lines in blocks(stream):
                if unknown is None:
                    unknown, sound = _unknown(block), _is_sound(block)
                yield block, lines

        for (block, lines), columns in _ahead(pieces(), context):
            prepared = unpacked(columns) if sound and columns is not None else None
            if prepared is not None and prepared.many == lines:
                yield Batch([], range(line, line + lines), lines, plain=True, block=block, prepared=prepared,
                            decode=_rows)  # fmt: skip
            else:
                yield (_plain(block, lines, line) if sound else None) or _exact(block, line, options)
            line += lines
            if size is not None:
                context.fraction = min(raw.tell() / size, 1.0)
    if unknown:
        context.notes.append(f"fields that are not kept: {', '.join(sorted(unknown)[:8])}")


def _mapped(name: str, mapping: Path, options: Options, context: Context) -> Iterator[Batch]:
    from occ_media_cli.ledger.sources.nested.document import read_map
    from occ_media_cli.ledger.sources.nested.reader import read_mapped

    return read_mapped(name, read_map(mapping), options, context)


def _rows(block: bytes) -> list[Item]:
    """The rows of a block without surprises; ValueError for any other.

    The whole block is searched for what a row by itself may not have, because a look at each row costs more than its
    decoding. No row has an `id` twice where there are as many as rows, in whatever way its letters are written.
    """
    if b'"corrects"' in block or b'"decision"' in block:
        raise ValueError(block)
    if b"\\" in block and any(letter in block for letter in _ESCAPED):
        raise ValueError(block)
    if block.count(b"[") + block.count(b"{") > block.count(b"\n") + DEPTH and any(
        line.count(b"[") + line.count(b"{") > DEPTH for line in block.split(b"\n")
    ):
        raise ValueError(block)
    if b":-0" in block or b": -0" in block:  # a size of -0 would be read as 0
        raise ValueError(block)
    try:
        rows = _decoder.decode_lines(block)
    except RecursionError as problem:  # the depth that it takes depends on how deep we are
        raise ValueError(block) from problem
    if block.count(b'"id"') != len(rows):
        raise ValueError(block)
    return rows  # type: ignore[return-value]  # Rows are Items


_ESCAPED = (b"\\u0000", b"\\u0069", b"\\u0064")
"""NUL, and the letters of `id`, written as numbers."""


def _is_sound(block: bytes) -> bool:
    """Whether every row of a block is JSON within our bounds; the keys are the costly part.

    The first block of a file is looked at so: a program that writes a key twice does it in every row.
    """
    try:
        for text in block.split(b"\n"):
            if text.strip():
                decoded(text, LONGEST_LINE, "")
    except Unfit:
        return False
    return True


def _ahead(pieces: Iterator[tuple[bytes, int]], context: Context) -> Iterator[tuple[tuple[bytes, int], Any]]:
    """Blocks with their rows in columns, where they could be prepared ahead."""
    preparer, place = context.preparer, context.place
    if preparer is None or place is None:
        yield from ((piece, None) for piece in pieces)
        return
    guess = Guess()

    def work(message: bytes) -> tuple[Any, ...] | None:
        seq, state = _PLACE.unpack_from(message)
        try:
            made = preparer.prepare(_rows(message[_PLACE.size :]))  # type: ignore[arg-type]  # all are Rows
        except (Unusual, ValueError):  # MsgspecError and UnicodeDecodeError are ValueErrors
            guess.link(None, (seq, state))
            return None
        guess.link(made, (seq, state))
        return packed(made)

    yield from work_ahead(pieces, work, lambda piece: _PLACE.pack(*place()) + piece[0])


_PLACE = Struct("<Q32s")


def _plain(block: bytes, lines: int, line: int) -> Batch | None:
    """A block of rows without surprises, decoded at once; None for any other."""
    try:
        rows = _rows(block)
    except ValueError:
        return None
    if len(rows) != lines:
        return None
    return Batch(rows, range(line, line + lines), lines, plain=True, block=block)


def _exact(block: bytes, line: int, options: Options) -> Batch:
    items: list[Item] = []
    numbers: list[int] = []
    raws: list[bytes] = []
    refused: list[RowRefusal] = []
    count = 0
    for number, text in enumerate(block.split(b"\n"), start=line):
        if not text.strip():
            continue
        count += 1
        try:
            items.append(_item(text, options))
        except Unfit as problem:
            refused.append(RowRefusal(number, problem.group, problem.detail, text[:LONGEST_LINE]))
        else:
            numbers.append(number)
            raws.append(text)
    return Batch(items, numbers, count, refused=refused, raw=raws)


def _item(text: bytes, options: Options) -> Item:
    value = decoded(text, LONGEST_LINE, "the row", written=True)
    if value.get("corrects") is not None:
        return made(Correction, value)
    if value.get("decision") is not None:
        return made(GateDecision, value)
    if options.inbox is not None and value.get("inbox") is None:
        value["inbox"] = options.inbox
    if options.direction is not None and value.get("direction") is None:
        value["direction"] = options.direction
    return made(EntryRow, value)


def _unknown(block: bytes) -> set[str]:
    """Names in the first rows that are no fields of ours, so that a misspelt one is noticed."""
    known = {*EntryRow.__struct_fields__, *Correction.__struct_fields__, *GateDecision.__struct_fields__, *OWN}
    found: set[str] = set()
    for text in block.split(b"\n", 50)[:50]:
        try:
            found.update(name for name in decoded(text, LONGEST_LINE, "") if name not in known)
        except Unfit:
            continue
    return found


OWN = ("seq", "source", "removed", "link", "kind")
"""Members of our own output that an ingest does not read: the ledger gives them anew."""
