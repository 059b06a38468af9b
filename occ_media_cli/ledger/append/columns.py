"""Rows in columns, on their way into the ledger: as `ledger.append.prepare` makes them and the writer takes them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = ("channels", "agents", "declared", "detected", "extensions", "reasons")
TEXTS = ("ids", "customers", "conversations", "names", "paths")


class Unusual(Exception):
    """Rows that the quick way does not handle."""


Coded = tuple[list[Any], "array[int]"]
"""A column of few values: each value once, and for each row the place of its value. `vip`, `lab`, `vip` is
`(["vip", "lab"], [0, 1, 0])`."""


@dataclass(slots=True)
class Prepared:
    """Columns of rows, in their order.

    inbox_ids: the number that each distinct inbox has in what the chain covers. commitments: 32 bytes a row. covered:
    for each row the JSON of its public values from the key on, without the bracket that opens it. cells: the rows
    counted for `cells.Cells`, with places instead of codes. days: each day with its first and last row. seconds,
    deleted and messages are mostly None, and left out where they are: `wide` says that they are there. linked: the
    links, where the place of the chain before these rows was guessed.
    """

    many: int
    wide: bool
    keys: list[int]
    moments: list[int]
    directions: bytes
    outcomes: bytes
    inboxes: Coded
    inbox_ids: list[int]
    channels: Coded
    agents: Coded
    declared: Coded
    detected: Coded
    extensions: Coded
    reasons: Coded
    sizes: Sequence[int | None]
    digests: list[bytearray | None]
    ids: Sequence[str]
    customers: Sequence[str | None]
    conversations: Sequence[str | None]
    names: Sequence[str]
    paths: Sequence[str | None]
    salts: bytearray
    commitments: bytes
    covered: list[bytes]
    cells: list[tuple[int, int, int, int, int, int, int, int, int, int]]
    days: list[tuple[int, int, int]]
    seconds: Sequence[bytes | None] = ()
    deleted: Sequence[int | None] = ()
    messages: Sequence[str | None] = ()
    linked: Linked | None = None


Place = tuple[int, bytes]
"""Where a chain stands: the sequence number of its newest part, and its state."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The links of rows, in one piece, as they are if the chain stands at `start` before them; `end`: after them."""

    start: Place
    links: bytes
    end: Place


def link_rows(made: Prepared, start: Place) -> Linked:
    """Hash rows into the chain."""
    seq, state = start
    commitments, hashed = made.commitments, sha256
    links, at = [], 0
    for seq, covered in enumerate(made.covered, seq + 1):  # noqa: B020 - it goes on from where it was
        state = hashed(b'%b%b["record",%d,%b' % (state, commitments[at : at + 32], seq, covered)).digest()
        links.append(state[:16])
        at += 32
    return Linked(start, b"".join(links), (seq, state))


class Guess:
    """Links rows ahead of time, guessing that the rows before them are taken as they are.

    The caller says where the chain stood before the rows that were prepared last. Where that is not the place that was
    guessed, the guess is made again from there; the appender compares `start` before it uses the links.
    """

    def __init__(self) -> None:
        self._last: Prepared | None = None

    def link(self, made: Prepared | None, before_last: Place) -> None:
        """Link rows, behind the last ones if there were any. None: rows that were not prepared."""
        start = before_last
        last = self._last
        if last is not None:
            if last.linked is None or last.linked.start != before_last:
                last.linked = link_rows(last, before_last)
            start = last.linked.end
        if made is not None:
            made.linked = link_rows(made, start)
        self._last = made


def packed(made: Prepared) -> tuple[Any, ...]:
    """Prepared rows in a form that `marshal` writes fast: few long texts for many short ones."""
    return (
        made.many, made.wide, array("q", made.keys).tobytes(), array("q", made.moments).tobytes(), made.directions,
        made.outcomes, *_plain(made.inboxes), made.inbox_ids,
        *(part for name in WORDS for part in _plain(getattr(made, name))),
        made.sizes, made.digests if None in made.digests else b"".join(made.digests),  # type: ignore[arg-type]  # as said
        *(_joined(getattr(made, name)) for name in TEXTS),
        bytes(made.salts), made.commitments, b"\n".join(made.covered),
        array("q", chain.from_iterable(made.cells)).tobytes(), made.days,
        made.linked and (made.linked.start, made.linked.links, made.linked.end),
        *((made.seconds, made.deleted, made.messages) if made.wide else ()),
    )  # fmt: skip


def unpacked(parts: tuple[Any, ...]) -> Prepared:
    """The prepared rows of a result of `packed`."""
    take = iter(parts)
    many, wide = next(take), next(take)
    keys, moments = _numbers("q", next(take)), _numbers("q", next(take))
    directions, outcomes = next(take), next(take)
    inboxes, inbox_ids = (next(take), _array(next(take))), next(take)
    words = [(next(take), _array(next(take))) for _ in WORDS]
    sizes, digests = next(take), next(take)
    if isinstance(digests, bytes):
        whole = bytearray(digests)
        digests = [whole[at : at + 32] for at in range(0, len(whole), 32)]
    else:
        digests = [None if digest is None else bytearray(digest) for digest in digests]
    texts = [_split(next(take), many) for _ in TEXTS]
    salts, commitments, covered = bytearray(next(take)), next(take), next(take).split(b"\n")
    counted = iter(_numbers("q", next(take)))
    cells = list(zip(*[counted] * 10, strict=True))
    days, chained = next(take), next(take)
    columns: list[Any] = [many, wide, keys, moments, directions, outcomes, inboxes, inbox_ids, *words, sizes, digests,
                          *texts, salts, commitments, covered, cells, days, *take]  # fmt: skip
    made = Prepared(*columns)
    made.linked = chained and Linked(*chained)
    return made


def _plain(column: Coded) -> tuple[list[Any], bytes]:
    return column[0], column[1].tobytes()


def _array(data: bytes) -> array[int]:
    return array("I", data)


def _numbers(kind: str, data: bytes) -> list[int]:
    return array(kind, data).tolist()


def _joined(texts: Sequence[str | None]) -> Any:
    """A column in the form that `marshal` writes fastest: ["a", "b"] as one text "a\0b"; as it is where some rows have
    no value; None where no row has one."""
    missing = texts.count(None)
    if missing == len(texts):
        return None
    return list(texts) if missing else "\0".join(texts)  # type: ignore[arg-type]  # none is missing


def _split(text: Any, many: int) -> Sequence[Any]:
    if text is None:
        return [None] * many
    return text.split("\0") if isinstance(text, str) else text
