"""Preparing rows for the ledger: everything that needs neither the store nor a place in the chain.

Times become milliseconds, hashes bytes, ids keys; the commitments over personal values are made, and the text that the
chain covers. Column by column, because a loop over rows that does the same takes twice as long. It may happen in
another process, see `ledger.append.ahead`.
"""

from __future__ import annotations

import os
from array import array
from hashlib import sha256
from itertools import repeat
from typing import TYPE_CHECKING, Any

import msgspec  # noqa: TID253 - as in ledger.entry
from msgspec.structs import astuple  # noqa: TID253 - as above

from occ_media_cli import times
from occ_media_cli.ledger.append.columns import Coded, Prepared, Unusual
from occ_media_cli.ledger.entry import EntryRow, Unfit
from occ_media_cli.ledger.row_values import extension, moment
from occ_media_cli.ledger.totals import DAY, DELETED
from occ_media_cli.store import record
from occ_media_cli.store.canonical import SALT_BYTES
from occ_media_cli.vocabulary import DIRECTIONS, FILE, OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_CACHED = 100_000
_SUFFIX_LENGTHS = (4, 5)
"""The lengths of `.pdf` and `.docx`: the ends of names that are looked up."""


class Preparer:
    """Prepares rows of one source. inboxes: the number of each inbox by name, read anew for every call."""

    def __init__(self, source: str, prefix: bytes, inboxes: Mapping[str, int]) -> None:
        self._source = source
        self._prefix = prefix
        self._inboxes = inboxes
        self._minutes, self._seconds = _Remembered("{}:00Z"), _Remembered("1970-01-01T00:00{}")
        self._extensions: dict[str, str | None] = {}
        self._encoder = msgspec.json.Encoder()

    def prepare(self, rows: Sequence[EntryRow], *, judged: bool = False) -> Prepared:
        """The columns of some rows, or Unusual.

        judged: the rows come from `ledger.append.exact`, which has brought their values to the form that is taken here.
        """
        # Rows become columns: [Row("a", 5, "vip", …), Row("b", 6, "vip", …)] gives ids ("a", "b"), times (5, 6) and
        # inbox_names ("vip", "vip"), in the order of a Row's fields: one pass in C instead of 19 look-ups a row.
        (
            ids, times, inbox_names, ways, names, channels, agents, customers, conversations, declared, detected, sizes,
            contents, seconds, results, reasons, messages, paths, deleted,
        ) = zip(*map(astuple, rows), strict=True)  # fmt: skip
        many = len(rows)
        plain = many == seconds.count(None) == deleted.count(None)
        if not judged:
            if not plain or not all(ids):
                raise Unusual
            if any(".." in path or "\\" in path or path[0] == "/" or path[1:2] == ":" for path in filter(None, paths)):
                raise Unusual
        inboxes = _coded(inbox_names)
        inbox_ids = list(map(self._inboxes.get, inboxes[0]))
        if None in inbox_ids:
            raise Unusual
        moments, digests = self._moments(times), _digests(contents)
        hashed, first_eight, prefix = sha256, record.first_eight, self._prefix
        keys = [first_eight(hashed(prefix + identity.encode()).digest())[0] for identity in ids]
        directions, outcomes = list(map(_DIRECTION, ways)), list(map(_OUTCOME, results))
        known = self._extensions.get
        extensions = [self._extension(name) if (ext := known(name[-4:], "")) == "" else ext for name in names]
        salts = bytearray(os.urandom(SALT_BYTES * many))
        personal = self._lines(zip(ids, customers, conversations, names, paths, messages, strict=True)).split(b"\n")
        covered = self._lines(
            zip(
                keys, repeat(FILE), repeat(self._source), moments, map(inbox_ids.__getitem__, inboxes[1]),
                directions, outcomes, channels, agents, declared, detected, extensions, reasons, sizes,
                [value and value.lower() for value in contents], seconds, deleted, repeat(None),
            )
        )  # fmt: skip
        commitments = b"".join(
            [hashed(salts[16 * at : 16 * at + 16] + secret).digest() for at, secret in enumerate(personal)]
        )
        coded, types = _coded(extensions), _coded(detected)
        states = outcomes if plain else [
            DELETED if gone is not None and not outcome else outcome
            for gone, outcome in zip(deleted, outcomes, strict=True)
        ]  # fmt: skip
        days = [ms // DAY for ms in moments]
        cells = _cells(zip(days, inboxes[1], directions, states, coded[1], types[1], strict=True), sizes, digests)
        made = Prepared(
            many, False, keys, moments, bytes(directions), bytes(outcomes), inboxes, inbox_ids,  # type: ignore[arg-type]  # no None
            _coded(channels), _coded(agents), _coded(declared), types, coded, _coded(reasons),
            sizes, digests, ids, customers, conversations, names, paths, salts, commitments,
            covered[1:].split(b"\n["), cells, _days(days),
        )  # fmt: skip
        if not plain or messages.count(None) < many:
            made.wide = True
            made.seconds = [value and bytes.fromhex(value) for value in seconds]
            made.deleted, made.messages = deleted, messages
        return made

    def _lines(self, rows: Iterable[tuple[object, ...]]) -> bytes:
        """Each row as a JSON array in a line of its own; no JSON holds a bare line feed."""
        return self._encoder.encode_lines(list(rows))[:-1]

    def _extension(self, name: str) -> str | None:
        """Like `judge.extension`, remembering: it depends on nothing before the last dot."""
        found = self._extensions.get(name[-5:], "")
        if found != "":
            return found
        found = extension(name)
        suffix = name[name.rfind(".") :] if "." in name else ""
        if len(suffix) in _SUFFIX_LENGTHS:
            if len(self._extensions) > _CACHED:
                self._extensions.clear()
            self._extensions[suffix] = found
        return found

    def _moments(self, values: Sequence[Any]) -> list[int]:
        try:
            minutes, seconds = self._minutes, self._seconds
            found = [minutes[value[:16]] + seconds[value[16:]] for value in values]
        except (Unfit, TypeError):  # another form of time, or an integer
            try:
                found = [moment(value, "time") for value in values]
            except Unfit:
                raise Unusual from None
        if min(found) < times.EARLIEST or max(found) > times.LATEST:
            raise Unusual
        return found


class _Remembered(dict[str, int]):
    """Times by a part of their text: a stretch of entries shares its minutes, and all of them their seconds."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._form = form

    def __missing__(self, part: str) -> int:
        if len(self) > _CACHED:
            self.clear()
        found = self[part] = moment(self._form.format(part), "time")
        return found


_DIRECTION = {word: code for code, word in enumerate(DIRECTIONS)}.__getitem__
_OUTCOME = {word: code for code, word in enumerate(OUTCOMES)}.__getitem__


def _coded(values: Sequence[Any]) -> Coded:
    """A column as its distinct values and a place for each row."""
    distinct = list(dict.fromkeys(values))
    places = {value: place for place, value in enumerate(distinct)}
    return distinct, array("I", map(places.__getitem__, values))


def _cells(
    places: Iterable[tuple[int, ...]], sizes: Iterable[int | None], digests: Iterable[bytearray | None]
) -> list[tuple[int, int, int, int, int, int, int, int, int, int]]:
    """Files, bytes, files without a hash and their bytes, for each day, inbox, direction, state, extension and type.

    Inboxes, extensions and types are places in the columns of the rows; `cells.Cells.count_rows` shows one on values.
    """
    totals: dict[tuple[int, ...], list[int]] = {}
    for place, size, digest in zip(places, sizes, digests, strict=True):
        total = totals.get(place)
        if total is None:
            total = totals[place] = [0, 0, 0, 0]
        total[0] += 1
        if size:
            total[1] += size
        if digest is None or size is None:
            total[2] += 1
            total[3] += size or 0
    return [(*place, *total) for place, total in totals.items()]  # type: ignore[misc]  # six and four


def _days(days: list[int]) -> list[tuple[int, int, int]]:
    """Each day with the places of its first and last row."""
    last = {day: place for place, day in enumerate(days)}
    return [(day, days.index(day), place) for day, place in last.items()]


def _digests(values: Sequence[str | None]) -> list[bytearray | None]:
    try:
        found = [None if value is None else bytearray.fromhex(value) for value in values]
    except ValueError:
        raise Unusual from None
    if any(len(value) != 64 for value in values if value is not None):
        raise Unusual
    if any(len(digest) != 32 for digest in found if digest is not None):  # there were spaces
        raise Unusual
    return found
