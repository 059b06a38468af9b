"""Entries by filters, in the order of the ledger, page by page, and in the form of contracts.md §6."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from occ_media_cli import times, windows
from occ_media_cli.errors import UsageError
from occ_media_cli.ledger.customers import of_person
from occ_media_cli.report.meant import refuse_other_words
from occ_media_cli.store.customer_ids import forms_of_id
from occ_media_cli.vocabulary import CATEGORIES, DIRECTIONS, OUTCOMES

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.report.json_types import Json

FIELDS = (
    "id", "time", "inbox", "channel", "direction", "agent", "customer", "conversation", "name", "declared", "detected",
    "size", "sha256", "md5", "outcome", "reason", "message", "path", "deleted", "removed",
)  # fmt: skip
"""The members of an entry, in the order of the contract; `seq` and `source` come before them.

deleted: when its bytes went, whoever says so. removed: when a purge of this program took them for good; the record of
purges says it, or for a purge that a restored store carries over, the correction that it left.
"""

_PURGED = "corrects IS NOT NULL AND deleted IS NOT NULL AND source = (SELECT code FROM word WHERE text = 'retention')"
"""Corrections of purges: nobody else's have this source."""

REMOVED_MS = f"""CASE WHEN deleted_ms IS NOT NULL THEN coalesce(
  (SELECT g.since FROM removal g WHERE g.seq = entry.seq AND g.state = 'removed'),
  (SELECT min(p.deleted) FROM record p WHERE p.corrects = entry.seq AND p.{_PURGED})) END"""
"""When a purge removed the bytes of a row of the view `entry` for good, else NULL."""

_REMOVED = f"""(SELECT seq FROM removal WHERE state = 'removed' UNION ALL SELECT a.seq FROM amendment a
  WHERE a.deleted IS NOT NULL AND EXISTS (SELECT 1 FROM record p WHERE p.corrects = a.seq AND p.{_PURGED}))"""
"""The places in the chain of all that a purge removed for good; only what is gone is looked at."""

COLUMNS = (
    "seq, source, id, time_ms, inbox, channel, direction, agent, customer, conversation, name, declared, detected,"
    " size, nullif(sha256, ''), nullif(md5, ''), outcome, reason, message, path, deleted_ms,"
    f" {REMOVED_MS} AS removed_ms"
)

CHOICES: dict[str, tuple[str, ...]] = {"direction": DIRECTIONS, "outcome": OUTCOMES, "category": CATEGORIES}


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a list of entries: None takes all entries, and of several values an entry needs one.

    since is inclusive and until exclusive, in milliseconds; UsageError where no moment lies between them.

    after: list what follows this sequence number, which is how a next page is asked for. customer: the person, under
    every spelling of the id and under its aliases. channel: a channel, or a profile with all its accounts. name: in any
    case of letters; `* ? [ ]` match. type: in any case. removed: whether a purge removed the bytes for good. text: it
    stands, in any case, in the id, a name, a person, the conversation, the reason or the message of the entry, or in
    the reason of a flag; or it is the customer in another spelling.
    """

    inbox: str | Sequence[str] | None = None
    since: int | None = None
    until: int | None = None
    direction: str | Sequence[str] | None = None
    outcome: str | Sequence[str] | None = None
    category: str | Sequence[str] | None = None
    type: str | Sequence[str] | None = None
    channel: str | Sequence[str] | None = None
    agent: str | None = None
    customer: str | Sequence[str] | None = None
    conversation: str | Sequence[str] | None = None
    name: str | None = None
    sha256: str | None = None
    md5: str | None = None
    source: str | None = None
    removed: bool | None = None
    text: str | None = None
    after: int | None = None

    def __post_init__(self) -> None:
        windows.refuse_empty_window(self.since, self.until)

    def conditions(self, connection: sqlite3.Connection) -> tuple[str, dict[str, object]]:
        """The WHERE clause over the view `entry`, and its values. connection: knows the aliases of a customer."""
        terms: list[str] = []
        values: dict[str, object] = {}
        for field in _EQUAL:
            value = getattr(self, field)
            if field == "type" and value:
                value = [each.casefold() for each in listed(value)]
            if isinstance(value, str):
                terms.append(f"{field} = :{field}")
                values[field] = value
            elif value:
                names = {f"{field}_{number}": item for number, item in enumerate(dict.fromkeys(value))}
                terms.append(f"{field} IN ({', '.join(f':{name}' for name in names)})")
                values |= names
        for each, channel in enumerate(listed(self.channel)):
            values[f"channel_{each}"] = channel
        if self.channel:
            terms.append(f"({' OR '.join(_CHANNEL.format(each) for each in range(len(listed(self.channel))))})")
        if self.customer:
            people = []
            for each, customer in enumerate(listed(self.customer)):
                condition, person = of_person(connection, customer, raw="customer")
                for number, value in enumerate(person):
                    condition = condition.replace("?", f":customer_{each}_{number}", 1)
                    values[f"customer_{each}_{number}"] = value
                people.append(condition)
            terms.append(f"({' OR '.join(people)})")
        if self.name is not None:
            terms.append("name GLOB :name")
            values["name"] = _pattern(self.name, "name")
        if self.text is not None:
            values["text"] = _pattern(f"*{plain_pattern(self.text)}*", "text")
            condition, person = of_person(connection, self.text, raw="customer")
            values["text_person"] = person[0]
            terms.append(
                f"({' OR '.join(f'{field} GLOB :text' for field in SEARCHED)}"
                f" OR {condition.replace('?', ':text_person', 1)}"
                " OR seq IN (SELECT entry_seq FROM flag WHERE reason GLOB :text))"
            )
        if self.removed is not None:
            terms.append(f"seq {'' if self.removed else 'NOT '}IN {_REMOVED}")
        for field, term in (("since", "time_ms >= :since"), ("until", "time_ms < :until"), ("after", "seq > :after")):
            if getattr(self, field) is not None:
                terms.append(term)
                values[field] = getattr(self, field)
        return " AND ".join(terms) or "1", values

    @property
    def any(self) -> bool:
        """Whether anything is filtered; a later page of everything is not."""
        return replace(self, after=None) != Filters()


_CHANNEL = "channel = :channel_{0} OR substr(channel, 1, length(:channel_{0}) + 1) = :channel_{0} || ':'"
"""A channel, or every account of one."""

SEARCHED = ("id", "name", "agent", "customer", "conversation", "reason", "message")
"""The members of an entry in which a text is looked for."""


def found_in(entry: Mapping[str, Json], text: str, forms: AbstractSet[str]) -> list[str]:
    """The members of an entry in which a text was found: also `customer` where it is the person in another spelling,
    and `flag` for what somebody said of the entry. forms: of the person, as `customers.forms_of` has them."""
    plain = text.casefold()
    found = [name for name in SEARCHED if entry[name] is not None and plain in str(entry[name]).casefold()]
    if "customer" not in found and entry["customer"] and not forms.isdisjoint(forms_of_id(str(entry["customer"]))):
        found.append("customer")
    return found or ["flag"]


KINDS = ("entry", "decision")
"""What is listed: entries, or what gates decided."""


def refuse_other_kinds(kind: str) -> None:
    """UsageError for what is not one of `KINDS`."""
    refuse_other_words(kind, "kind", KINDS)


def check_text(text: str) -> None:
    """UsageError for a text to look for that says nothing: it would find everything."""
    if not text.strip():
        raise UsageError("there is nothing to look for", hint="write a part of a name, a person or a reason")


def plain_pattern(text: str) -> str:
    """A pattern of SQLite's GLOB that matches a text and nothing else."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text)


def _pattern(pattern: str, what: str) -> str:
    """It in any case of letters; UsageError for one that SQLite would not take."""
    found = any_case(pattern)
    if len(found.encode("utf-8", "surrogatepass")) > _LONGEST_PATTERN:
        raise UsageError(f"the {what} is longer than a pattern can be", hint="write its start, and * behind it")
    return found


_LONGEST_PATTERN = 50_000
"""Bytes of a pattern that SQLite takes."""

_EQUAL = (
    "inbox", "direction", "outcome", "category", "type", "agent", "conversation", "sha256",
    "md5", "source",
)  # fmt: skip


def listed(value: str | Sequence[str] | None) -> list[str]:
    """The values of a filter, each once."""
    return [value] if isinstance(value, str) else list(dict.fromkeys(value or ()))


def any_case(pattern: str) -> str:
    """A pattern of SQLite's GLOB that matches what another matches, in any case of letters.

    >>> any_case("a*.[pP]df")
    '[aA]*.[pPPp][dD][fF]'
    """
    found: list[str] = []
    place = 0
    while place < len(pattern):
        end = pattern.find("]", place + 2) if pattern[place] == "[" else -1
        if end > 0:
            marked = pattern[place + 1 : end]
            sign = "^" if marked.startswith("^") else ""
            found.append(f"[{sign}{marked.removeprefix(sign)}{marked.removeprefix(sign).swapcase()}]")
            place = end
        else:
            letter = pattern[place]
            both = {letter, *(other for other in (letter.lower(), letter.upper()) if len(other) == 1)}
            found.append(letter if len(both) == 1 else f"[{letter}{''.join(sorted(both - {letter}))}]")
        place += 1
    return "".join(found)


def choice(field: str, value: str | Sequence[str] | None) -> str | Sequence[str] | None:
    """The values of a filter that takes some of a few words; UsageError for another one."""
    for each in listed(value):
        refuse_other_words(each, field, CHOICES[field])
    return value


def hash_of(option: str, value: str | None, length: int) -> str | None:
    """The lower-case hex of an option that takes a hash in hex or base64, as webhooks write it."""
    if value is None:
        return None
    from occ_media_cli.ledger import row_values
    from occ_media_cli.ledger.entry import Unfit

    try:
        return row_values.digest(value, length, f"--{option} '{value}'").hex()
    except Unfit as problem:
        raise UsageError(problem.detail) from None


def entries(
    connection: sqlite3.Connection, filters: Filters, *, limit: int | None = None, newest: bool = False
) -> Iterator[dict[str, Json]]:
    """The entries that match, as they stand after their corrections; constant memory."""
    where, values = filters.conditions(connection)
    order = "DESC" if newest else "ASC"
    sql = f"SELECT {COLUMNS} FROM entry WHERE {where} ORDER BY seq {order} LIMIT {-1 if limit is None else limit}"
    return map(shaped, connection.execute(sql, values))


def was_purged(connection: sqlite3.Connection) -> bool:
    """Whether anything was ever purged here, or before a restore: a question that costs nothing."""
    asked = "SELECT EXISTS (SELECT 1 FROM removal) OR EXISTS (SELECT 1 FROM word WHERE text = 'retention')"
    return bool(connection.execute(asked).fetchone()[0])


def quarantined(connection: sqlite3.Connection) -> frozenset[int]:
    """The places in the chain of entries whose bytes a purge took and did not remove for good yet."""
    return frozenset(seq for (seq,) in connection.execute("SELECT seq FROM removal WHERE state = 'quarantined'"))


def shaped(row: Sequence[Any]) -> dict[str, Json]:
    """A row of COLUMNS as the contract has it."""
    seq, source, identity, ms, *middle, deleted, removed = row
    values = (identity, times.text(ms), *middle, times.optional_text(deleted), times.optional_text(removed))
    return {"seq": seq, "source": source, **dict(zip(FIELDS, values, strict=True))}


MOST_COUNTED = 100_000
"""Matches are counted so far; beyond, it is said that there are more."""


def count_matches(connection: sqlite3.Connection, filters: Filters, view: str = "entry") -> int:
    """How many rows of the view match, or one more than `MOST_COUNTED`. view: `entry` or `decision`."""
    if view == "entry" and filters == Filters():
        return count(connection)
    where, values = filters.conditions(connection)
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {view} WHERE {where} LIMIT {MOST_COUNTED + 1})"
    return int(connection.execute(sql, values).fetchone()[0])


def count(connection: sqlite3.Connection) -> int:
    """How many entries the ledger has; from the totals, so that a large one costs nothing."""
    return int(connection.execute("SELECT coalesce(sum(files), 0) FROM day_total").fetchone()[0])
