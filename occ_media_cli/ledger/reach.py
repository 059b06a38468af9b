"""Where a person still stands in the files of a store: every text of it is looked at, and then the bytes.

An erasure takes personal values and free texts. Names of inboxes, agents, tags and actors are what the record is about,
older texts are covered by the chain as they stand, and a document belongs to whoever edits it: they stay, and whoever
asked for the erasure is told where, and how often. Nothing is left in silence.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import decompressobj
from zlib import error as zlib_error

from occ_media_cli.ledger.mentions import Mention, People
from occ_media_cli.store import free_texts, record, temporary
from occ_media_cli.store.connect import bytes_in_memory
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3

File = tuple[Path, str]
"""A file of a store, and in words what it is there."""

_FOLLOW = frozenset({
    "inbox_state", "setting_version", "config_version", "hold_state", "hold_part", "plan_state", "plan_file",
    "approval_state", "removal", "removal_refused", "erased", "free_text", "store", "head", "file_type", "record_key",
    "recent_key", "key_mark", "event", "record", "word", "total_mark", "amendment",
    "sender_total", "person_spelling", "library_document", "library_proposal", "library_file", "library_scope",
    "library_approval", "library_retirement", "library_displaced", "library_text", "library_band",
})  # fmt: skip
"""Tables that are looked at by themselves, hold no text of people, or say nothing but what events and entries say."""

_WORDS = {
    "source": "sources of entries", "channel": "channels of entries", "agent": "agents of entries",
    "declared": "declared types of entries", "detected": "detected types of entries", "ext": "extensions of entries",
    "reason": "reasons of entries",
}  # fmt: skip

_SECTIONS = {
    "agents": "agents", "suppressions": "suppressions", "rules": "settings of rules", "channels": "channels",
    "retention": "retention rules",
}  # fmt: skip

DOCUMENT = "is the document of the store"
"""What `Location.files` says of a document."""

_PIECE = 1 << 18
_LONGEST_WORDS = 64_000_000


@value
class Unreached:
    """A place that an erasure did not reach. place: in words; count: how many texts there name the person."""

    place: str
    count: int


def in_ledger(connection: sqlite3.Connection, people: People) -> tuple[Unreached, ...]:
    """Every place of a ledger where some people still stand, the largest count first."""
    found: Counter[str] = Counter()
    for place, text in (*_events(connection), *_others(connection)):
        _count(found, place, people.mention_in(text))
    _entries(connection, people, found)
    return _sorted(found)


def in_files(people: People, files: Sequence[File], *, told: bool) -> tuple[Unreached, ...]:
    """The same of the files of a store: a document by its lines, every other one by its bytes.

    files: what the store consists of and works with, the ledger first. Close the store before: a process that closes a
    second descriptor of a file drops SQLite's locks on it. told: `in_ledger` found the people, so that the bytes of the
    ledger are accounted for.
    """
    found: Counter[str] = Counter()
    seen = set[Path]()
    for number, (path, words) in enumerate((*files, *_beside(files))):
        where = path.resolve()
        if where in seen or not path.is_file():
            continue
        seen.add(where)
        _count(found, "names of files of the store", people.mention_in(path.name))
        if words == DOCUMENT:
            with path.open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    _count(found, f"the document {path.name}", people.mention_in(line))
        elif number or not told:
            many = _bytes(path, people, short=number > 0)
            if many and many > _own(people):
                found[f"bytes of {path.name}"] += many
    return _sorted(found)


def _sorted(found: Counter[str]) -> tuple[Unreached, ...]:
    return tuple(
        Unreached(place, count) for place, count in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    )


def _count(found: Counter[str], place: str, mention: Mention, many: int = 1) -> None:
    if mention is Mention.NAMED:
        found[place] += many
    elif mention is Mention.INSIDE:
        found[f"{place}, inside of longer texts"] += many
    elif mention is Mention.ALIKE:
        found[f"{place}, where something looks alike"] += many


def _events(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """The texts of every event, each with its place in words."""
    salted: dict[int, set[str]] = {}
    for seq, place in connection.execute("SELECT seq, place FROM free_text WHERE salt IS NOT NULL"):
        salted.setdefault(seq, set()).add(place)
    for seq, kind, actor, os_user, host, program, reason, body, personal in connection.execute(
        "SELECT seq, kind, actor, os_user, host, program, reason, body, personal FROM event ORDER BY seq"
    ):
        yield from (("actors", actor), ("users of machines", os_user), ("names of machines", host))
        yield "names of programs", program
        free = salted.get(seq, set())
        if reason is not None:
            yield ("reasons" if free_texts.REASON in free else "older reasons"), reason
        decoded = json.loads(body)
        for place, text in free_texts.each_string(decoded):
            yield _place(kind, place, decoded, place in free), text
        if personal is not None:
            for _, text in free_texts.each_string(json.loads(personal)):
                yield "holds, plans and aliases of others", text


def _place(kind: str, place: str, body: Mapping[str, Any], free: bool) -> str:
    """The words for a place in the body of an event."""
    keys = place.split("/")
    older = "" if free else "older "
    now = " in force" if free else ""
    if kind.startswith("inbox-"):
        return "names of inboxes"
    if kind in ("hold", "hold-release"):
        return f"{older}names of holds"
    if kind == "setting":
        kinds = (("tags", "tags"), ("channels", "channels"), ("message", "messages"), ("messages", "messages"),
                 ("description", "descriptions"), ("backdate", "reasons"))  # fmt: skip
        for key, word in kinds:
            if key in keys:
                return word if key in ("tags", "channels") else f"{older}{word}{now if key != 'backdate' else ''}"
        return "settings"
    if kind == "config":
        section = _SECTIONS.get(str(body.get("section")), "settings")
        return f"{older}suppressions{now}" if section == "suppressions" else section
    if kind.startswith("plan"):
        return "plans"
    if kind.startswith(("purge", "orphan")):
        return "records of purges"
    if kind.startswith("library-"):
        if "tags" in keys:
            return "tags"
        return f"{older}{'reasons' if 'backdate' in keys else 'names and paths in the library'}"
    if kind == "scan":
        return f"{older}results of scans"
    return f"records of kind {kind}"


def _others(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """The texts of every other table: totals, what a change left open, and tables that others put beside."""
    import sqlite3

    for (table,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name"
    ).fetchall():
        if table in _FOLLOW:
            continue
        if table == "library_words":
            yield from _words_of_files(connection)
            continue
        try:
            quoted = table.replace('"', '""')
            for row in connection.execute(f'SELECT * FROM "{quoted}"'):
                for cell in row:
                    text = cell.decode("utf-8", "replace") if isinstance(cell, bytes) else cell
                    if isinstance(text, str):
                        yield f"table {table}", text
        except sqlite3.Error:  # a virtual table of somebody else: the bytes of the file are looked at all the same
            continue


def _words_of_files(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """The words of files that were proposed for the library: those files say them too, so they stay."""
    for (packed,) in connection.execute("SELECT words FROM library_words"):
        try:
            text = decompressobj().decompress(packed, _LONGEST_WORDS).decode("utf-8", "replace")
        except zlib_error:
            text = ""  # altered; a verification says so
        yield "words of files of the library", text


def _entries(connection: sqlite3.Connection, people: People, found: Counter[str]) -> None:
    """Entries of others, whose values name the people; and the words that entries share."""
    counts: Counter[Mention] = Counter()

    def mention(*values: str | None) -> None:
        texts = [text for text in values if text is not None]
        if people.may_be_in("\0".join(texts)):
            counts[max((people.mention_in(text) for text in texts), default=Mention.NONE)] += 1

    connection.create_function("count_mention", len(record.PERSONAL), mention)
    # No row is handed over, and nothing is sorted: a ledger of millions takes no memory.
    columns = ", ".join(record.PERSONAL)
    connection.execute(f"SELECT count(count_mention({columns})) FROM record WHERE salt IS NOT NULL").fetchone()
    for level in (Mention.NAMED, Mention.INSIDE, Mention.ALIKE):
        if counts[level]:
            _count(found, "entries of others", level, counts[level])
    for code, text in connection.execute("SELECT code, text FROM word").fetchall():
        level = people.mention_in(text)
        if level:
            for column in record.WORDS:
                (many,) = connection.execute(f"SELECT count(*) FROM record WHERE {column} = ?", (code,)).fetchone()
                if many:
                    _count(found, _WORDS[column], Mention(level), many)


def mentions(found: Sequence[Unreached]) -> int:
    """How many entries of others name the people, of what was not reached."""
    return sum(each.count for each in found if each.place.startswith("entries of others"))


def _beside(files: Sequence[File]) -> Iterator[File]:
    """What restores and killed commands left beside a store: whole copies of it."""
    for path, _ in files:
        try:
            beside = sorted(path.resolve().parent.iterdir())
        except OSError:
            continue
        for other in beside:
            copy = temporary.ASIDE in other.name or other.name.endswith(temporary.ENDINGS)
            if copy and path.name in other.name:
                yield other, "is a copy of the store"


def _own(people: People) -> int:
    """How often the people stand in the bytes of an empty store: its schema has words too."""
    from occ_media_cli.ledger.verify.projections import fresh

    with closing(fresh()) as empty:
        return people.in_bytes(bytes_in_memory(empty))


def _bytes(path: Path, people: People, *, short: bool) -> int:
    """How often the people stand in the bytes of a file; short ids are sought in the texts of a ledger alone."""
    many, kept = 0, b""
    overlap = max(people.longest() - 1, 0)
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                data = kept + piece
                many += people.in_bytes(data, short=short) - (people.in_bytes(kept, short=short) if kept else 0)
                kept = data[-overlap:] if overlap else b""
    except OSError:
        return 1  # nobody can say that it holds nothing
    return many
