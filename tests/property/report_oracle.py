"""What every report must say, computed again in plain Python from the rows of a ledger.

Shares no code and no SQL with the program: rows of `record`, `word`, `event` and `erased` are read whole, and what
follows from them (corrections, names, settings, holds, people, categories, days) is worked out here once more.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import tomllib
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.property.report_stated import new_words

DAY = 86_400_000
FOREVER = 2**63 - 1
AHEAD = 4_000_000_000_000
"""Milliseconds of a time of a file that no clock of a test comes to."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TYPES = {
    "audio": ("aac", "amr", "mp3", "m4a", "ogg"), "image": ("jpg", "png", "gif", "webp"), "video": ("mp4", "3gp"),
    "document": ("txt", "xls", "xlsx", "doc", "docx", "ppt", "pptx", "pdf"),
}  # fmt: skip
CATEGORY = {name: category for category, names in TYPES.items() for name in names}
OTHER_WORDS = {"jpeg": "jpg", "image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf", "video/mp4": "mp4",
               "audio/mpeg": "mp3", "image/webp": "webp"}  # fmt: skip
"""Words that stand for a type, besides its own name: those that the random ledgers use."""


def text(ms: int) -> str:
    return (EPOCH + timedelta(milliseconds=ms)).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def date(ms: int) -> str:
    return text(ms)[:10]


def midnight(ms: int) -> int:
    return ms // DAY * DAY


def many(number: int, one: str, several: str | None = None) -> str:
    if several is None:
        several = one[:-1] + "ies" if one.endswith("ry") else one + "s"
    return f"{number:,} {one if number == 1 else several}"


def size(number: int) -> str:
    """Decimal units: one digit behind the point below 100 of a unit, none from there on, halves up."""
    if number < 1000:
        return many(number, "byte")
    for power, unit in ((3, "kB"), (6, "MB"), (9, "GB"), (12, "TB")):
        tenths = int(number / 10 ** (power - 1) + 0.5) if number < 2**50 else (2 * number // 10 ** (power - 1) + 1) // 2
        if tenths < 1000:
            return f"{tenths // 10}.{tenths % 10} {unit}"
        whole = (2 * number // 10**power + 1) // 2
        if whole < 1000 or unit == "TB":
            return f"{whole:,} {unit}"
    raise AssertionError


def percent(part: int, whole: int) -> int:
    """Halves up; 0 and 100 only where it is so."""
    if part <= 0 or whole <= 0:
        return 0
    return 100 if part >= whole else max(1, min(99, (200 * part + whole) // (2 * whole)))


def person(customer: str | None) -> str | None:
    """The form of an id by which people are counted: the digits of a number, an address in small letters."""
    if not customer:
        return None
    if "@" in customer.strip(" ")[1:-1]:
        return customer.strip(" ").lower()
    bare = customer.lower()
    for part in ("whatsapp:", "tel:", "+", " ", "\t", "-", ".", "(", ")"):
        bare = bare.replace(part, "")
    if bare.isdigit() and (7 <= len(bare) <= 15) and not bare.startswith("00"):
        return bare
    if bare.isdigit() and bare.startswith("00") and bare[2:3] != "0" and 9 <= len(bare) <= 17:
        return bare[2:]
    return customer


def bare(customer: str) -> str:
    """An id as somebody reads it aloud: digits of any script, no separators, links and suffixes, no `(0)`."""
    said = unicodedata.normalize("NFKC", unquote(customer)).strip()
    said = "".join(
        str(unicodedata.decimal(letter)) if unicodedata.decimal(letter, None) is not None else letter
        for letter in said if unicodedata.category(letter) != "Cf"
    )  # fmt: skip
    link = re.match(r"(?i)(?:tel|sms|whatsapp|mailto):", said)
    said = said[link.end() :] if link else said
    digits = re.sub(r"(?i)@(?:s\.whatsapp\.net|c\.us)$", "", said)
    digits = re.sub(r"(?<=[0-9])([^0-9(]*)\([^0-9()]*0[^0-9()]*\)", r"\1", digits)
    digits = re.sub(r"[^0-9A-Za-z]", "", digits)
    if digits.isdigit() and (short := person(digits)) and 7 <= len(short) <= 15:
        return short
    return (person(said) or said) if "@" in said else unicodedata.normalize("NFC", customer)


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 7 <= len(text) <= 15


def first_null(*values: Any) -> tuple[tuple[bool, Any], ...]:
    """A key that sorts what is missing before everything else."""
    return tuple((value is not None, "" if value is None else value) for value in values)


@dataclass
class Version:
    """A setting version in force [start, end)."""

    inbox: int
    number: int | None
    start: int
    end: int
    value: dict[str, Any]
    actor: str | None
    reason: str | None
    wall: int | None
    event: int | None = None


@dataclass
class Scope:
    """The question: which time, which inboxes, and when it is asked."""

    now: int
    since: int | None = None
    until: int | None = None
    inboxes: tuple[str, ...] = ()

    def window(self) -> dict[str, str | None]:
        return {"since": None if self.since is None else text(self.since),
                "until": None if self.until is None else text(self.until), "zone": "UTC"}  # fmt: skip

    def words(self) -> str:
        since, until = self.window()["since"], self.window()["until"]
        only = f", only {', '.join(self.inboxes)}" if self.inboxes else ""
        if since and until:
            return f"{since} to {until}, until excluded (UTC){only}"
        if since:
            return f"From {since} (UTC){only}"
        return f"Until {until}, excluded (UTC){only}" if until else f"The whole ledger (UTC){only}"

    def inside(self, moment: int) -> bool:
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)


class Ledger:
    """The rows of a store, and what follows from them."""

    def __init__(self, ledger: Path, document: Path | None, now: int) -> None:
        connection = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        self.words = dict(connection.execute("SELECT code, text FROM word").fetchall())
        self.records = [dict(row) for row in connection.execute("SELECT * FROM record ORDER BY seq")]
        self.events = [dict(row) for row in connection.execute("SELECT * FROM event ORDER BY seq")]
        self.head = next(iter(connection.execute("SELECT seq, state FROM head")))
        connection.close()
        self.now = now
        for event in self.events:
            event["body"] = json.loads(event["body"])
            event["personal"] = json.loads(event["personal"]) if event["personal"] else {}
        self.sections = {event["body"]["section"]: event["body"]["value"] for event in self.events
                         if event["kind"] == "config"}  # fmt: skip
        self._inboxes()
        self._settings()
        self._entries()
        self._holds()
        self._people()
        self.unrecorded: list[str] = []
        """Settings of the document that no command has put on record yet."""
        if document is not None:
            self._hand_edit(document)
        self._join_versions()

    def _inboxes(self) -> None:
        self.names: dict[int, str] = {}
        self.removed: dict[int, int] = {}
        for event in self.events:
            body = event["body"]
            if event["kind"] in ("inbox-add", "inbox-rename"):
                self.names[body["inbox"]] = body["name"]
            elif event["kind"] == "inbox-remove":
                self.removed[body["inbox"]] = body["removed"]

    def called(self, inbox: int) -> str:
        """How a report calls an inbox: one that is removed by its last name and when."""
        gone = self.removed.get(inbox)
        return self.names[inbox] if gone is None else f"{self.names[inbox]}, removed {text(gone)}"

    def _settings(self) -> None:
        known: dict[tuple[int, int], Version] = {}
        for event in self.events:
            body = event["body"]
            if event["kind"] == "inbox-remove":
                for version in known.values():
                    if version.inbox == body["inbox"]:
                        version.end = min(version.end, body["removed"])
            if event["kind"] != "setting":
                continue
            for number, end in body.get("cut", ()):
                known[body["inbox"], number].end = end
            for number, _by in body.get("replaced", ()):
                known.pop((body["inbox"], number))
            for made in body.get("versions", ()):
                end = FOREVER if made["to"] is None else made["to"]
                known[body["inbox"], made["version"]] = Version(
                    body["inbox"], made["version"], made["from"], end, made["value"], event["actor"] or None,
                    event["reason"], event["wall"], event["seq"],
                )  # fmt: skip
        self.versions = [version for version in known.values() if version.start < version.end]

    def _entries(self) -> None:
        self.entries: dict[int, dict[str, Any]] = {}
        for row in self.records:
            if row["kind"] == 0:
                entry = {key: row[key] for key in ("seq", "ms", "inbox", "size", "deleted", "id", "customer",
                                                   "conversation", "name", "message", "path")}  # fmt: skip
                entry |= {key: self.words.get(row[key]) for key in ("agent", "detected", "ext", "reason", "source", "channel",
                                                                      "declared")}  # fmt: skip
                entry["sent"] = row["direction"] == 0
                entry["outcome"] = row["outcome"]
                entry["sha256"] = row["sha256"]
                self.entries[row["seq"]] = entry
            elif row["kind"] == 1:
                entry = self.entries[row["corrects"]]
                later = {key: row[key] for key in ("outcome", "size", "sha256", "deleted") if row[key] is not None}
                later |= {key: self.words[row[key]] for key in ("detected", "reason") if row[key]}
                entry |= later
        for entry in self.entries.values():
            word = entry["detected"] or entry["ext"]
            entry["type"] = OTHER_WORDS.get(word, word)
            entry["category"] = CATEGORY.get(entry["type"])
            entry["direction"] = "send" if entry["sent"] else "receive"

    def _people(self) -> None:
        live: dict[int, list[str]] = {}
        for event in self.events:
            if event["kind"] in ("customer-alias", "customer-alias-remove"):
                for replaced in event["body"].get("replaces", ()):
                    live.pop(replaced, None)
                live[event["seq"]] = list(event["personal"].get("ids", ()))
        groups: list[set[str]] = [set(ids) for ids in live.values() if ids]
        groups += [{entry["customer"]} for entry in self.entries.values() if entry["customer"]]
        groups += [{customer} for hold in self.holds.values() for customer in self.named(hold)]
        people: list[set[str]] = []
        for group in groups:
            while group != (wider := group | self._forms(group)):
                group = wider
            near = [other for other in people if other & group]
            people = [other for other in people if not other & group] + [group.union(*near)]
        self.keys = {}
        for group in people:
            key = min(self._forms(group), key=lambda text: (not is_number(text), "@" not in text, len(text), text))
            self.keys |= dict.fromkeys(group, key)
        for entry in self.entries.values():
            entry["person"] = self.who(entry["customer"])

    @staticmethod
    def _forms(group: set[str]) -> set[str]:
        return {form for text in group for form in (person(text), bare(text)) if form}

    def who(self, customer: str | None) -> str | None:
        """The one key of a person, under every spelling and alias."""
        return self.keys.get(customer, person(customer)) if customer else None

    @staticmethod
    def named(hold: dict[str, Any]) -> list[str]:
        return hold.get("customers") or ([hold["customer"]] if hold.get("customer") else [])

    def _holds(self) -> None:
        self.holds: dict[int, dict[str, Any]] = {}
        for event in self.events:
            if event["kind"] == "hold":
                self.holds[event["body"]["hold"]] = event["body"] | event["personal"]
            elif event["kind"] == "hold-release":
                self.holds.pop(event["body"]["hold"])

    def held(self, entry: dict[str, Any]) -> bool:
        return any(self._covers(hold, entry) for hold in self.holds.values())

    def _covers(self, hold: dict[str, Any], entry: dict[str, Any]) -> bool:
        places = hold.get("inboxes") or ([hold["inbox"]] if hold["inbox"] is not None else [])
        if places and entry["inbox"] not in places:
            return False
        if (hold["since"] is not None and entry["ms"] < hold["since"]) or (
            hold["until"] is not None and entry["ms"] >= hold["until"]
        ):
            return False
        if entry["id"] is None:  # erased: nobody can say whose it was
            return True
        customers = self.named(hold)
        if customers and entry["person"] not in {self.who(customer) for customer in customers}:
            return False
        talks = hold.get("conversations") or ([hold["conversation"]] if hold.get("conversation") else [])
        return not talks or entry["conversation"] in talks

    def _hand_edit(self, path: Path) -> None:
        """A document that nobody recorded yet: its settings count from its last change on."""
        data = path.read_bytes()
        known = [event["document"] for event in self.events if event["document"] is not None]
        if known and known[-1] == hashlib.sha256(data).digest():
            return
        edited = path.stat().st_mtime_ns // 1_000_000  # by the machine's clock, whatever moment a report is about
        seen = [event["wall"] for event in self.events if event["document"] is not None][-1:]
        # A time that has not come, or is before a command left the document, says nothing: the edit was there when it
        # was read.
        if edited >= AHEAD or (seen and edited < seen[0]):
            edited = max(self.now, *seen)
        for name, table in tomllib.loads(data.decode())["inboxes"].items():
            number = next(n for n, known_as in self.names.items() if known_as == name and n not in self.removed)
            changed = [event["ms"] for event in self.events if event["kind"] == "setting"
                       and event["body"]["inbox"] == number and event["ms"] <= max(event["wall"], edited)]  # fmt: skip
            moment = max(edited, *changed)  # what is on record stays: an edit is made after it, whatever its file says
            spans = []
            boxes = table.get("box", [])
            for box in [boxes] if isinstance(boxes, dict) else boxes:
                until = (box["until"] - EPOCH) // timedelta(milliseconds=1)
                if until > moment:
                    spans.append((spans[-1][1] if spans else moment, until, {**table, **box}))
            spans.append((spans[-1][1] if spans else moment, FOREVER, table))
            before = [(v.end, v.value["receive"], v.value["send"]) for v in
                      sorted(self.versions, key=lambda v: v.start) if v.inbox == number and v.end > moment]  # fmt: skip
            if before == [(end, said.get("receive", True), said.get("send", True)) for _, end, said in spans]:
                continue
            self.unrecorded.append(f"inboxes.{name}")
            self.versions = [v for v in self.versions if v.inbox != number or v.start < moment]
            for version in self.versions:
                if version.inbox == number:
                    version.end = min(version.end, moment)
            for start, end, said in spans:
                value = {"receive": said.get("receive", True), "send": said.get("send", True), "message": None,
                         "scan": said.get("scan", "off"), "quota": self._quota(said.get("quota")),
                         "message_source": "own" if said.get("message") else "standard",
                         "send_approved_only": said.get("send_approved_only", False),
                         "quota_text": said.get("quota"), "description": said.get("description", ""),
                         "messages": said.get("messages", {}),
                         "channels": said.get("channels", []), "tags": said.get("tags", [])}  # fmt: skip
                if said.get("message"):
                    value["message"] = said["message"]
                elif not value["receive"]:
                    value["message"] = "Sorry, the media you sent cannot be viewed by the business."
                self.versions.append(Version(number, None, start, end, value, None, None, None))

    def _join_versions(self) -> None:
        """Versions that follow one another and say the same are one to readers, by the number of the first."""
        joined: list[Version] = []
        for version in sorted(self.versions, key=lambda v: (v.inbox, v.start)):
            last = joined[-1] if joined else None
            if (
                last is not None and None not in (last.number, version.number)
                and (last.inbox, last.end, last.value) == (version.inbox, version.start, version.value)
            ):  # fmt: skip
                last.end = version.end
            else:
                joined.append(version)
        self.versions = joined

    @staticmethod
    def _quota(said: str | None) -> int | None:
        if not said:
            return None
        number, unit = said.split()
        return int(number) * {"kB": 10**3, "MB": 10**6}[unit]

    def setting(self, inbox: int, moment: int) -> Version | None:
        return next((v for v in self.versions if v.inbox == inbox and v.start <= moment < v.end), None)

    def wait(self, entry: dict[str, Any]) -> int | None:
        """How long the rules let a file stay; None where none removes it. A rule with a name is for the inbox that has
        it now."""
        about = {"inbox": None if entry["inbox"] in self.removed else self.names[entry["inbox"]],
                 "category": entry["category"], "direction": entry["direction"]}  # fmt: skip
        rules = [rule for rule in self.sections.get("retention", ())
                 if all(rule[key] == about[key] for key in about if key in rule)]  # fmt: skip
        removing = [rule for rule in rules if "remove_after_ms" in rule]
        if not removing:
            return None
        exact = max(removing, key=lambda rule: 4 * ("inbox" in rule) + 2 * ("category" in rule) + ("direction" in rule))
        return max([exact["remove_after_ms"], *(rule["keep_for_ms"] for rule in rules if "keep_for_ms" in rule)])

    def scanned(self) -> tuple[dict[int, set[str]], dict[str, set[str]]]:
        by_entry: dict[int, set[str]] = defaultdict(set)
        by_hash: dict[str, set[str]] = defaultdict(set)
        for event in self.events:
            if event["kind"] == "scan":
                body = event["body"]
                if body.get("entry") is not None:
                    by_entry[body["entry"]].add(body["state"])
                if body.get("sha256"):
                    by_hash[body["sha256"]].add(body["state"])
        return by_entry, by_hash

    def lost(self) -> set[int]:
        """Entries whose newest own scan found no file that is theirs."""
        newest = {event["body"]["entry"]: event["body"] for event in self.events
                  if event["kind"] == "scan" and event["body"].get("entry") is not None}  # fmt: skip
        return {seq for seq, body in newest.items()
                if body["state"] not in ("clean", "infected") and not body.get("sha256")}  # fmt: skip

    def size_of(self, entry: dict[str, Any]) -> int | None:
        """The size of an entry, else that which scans of its bytes tell."""
        if entry["size"] is not None:
            return int(entry["size"])
        content = (entry["sha256"] or b"").hex()
        scans = [event["body"] for event in self.events if event["kind"] == "scan" and event["body"].get("sha256")]
        own = [body["size"] for body in scans if body.get("entry") == entry["seq"] and body.get("size") is not None]
        same = [body["size"] for body in scans if body["sha256"] == content and body.get("size") is not None]
        return max(own) if own else max(same, default=None)

    def newest_scans(self) -> tuple[dict[int, dict[str, Any]], dict[str, dict[str, Any]]]:
        """The newest scan that could look, by entry and by content."""
        by_entry, by_hash = {}, {}
        for event in self.events:
            if event["kind"] == "scan" and event["body"]["state"] in ("clean", "infected"):
                if event["body"].get("entry") is not None:
                    by_entry[event["body"]["entry"]] = event
                if event["body"].get("sha256"):
                    by_hash[event["body"]["sha256"]] = event
        return by_entry, by_hash

    def looked_at(self, scope: Scope) -> list[dict[str, Any]]:
        return [entry for entry in self.entries.values() if scope.inside(entry["ms"])
                and (not scope.inboxes or self.names[entry["inbox"]] in scope.inboxes)]  # fmt: skip


@dataclass
class Said:
    """A report, before a format: kinds of cells are those of `blocks.CellKind`.

    blocks: ("table", caption, columns, rows), ("bars" or "columns", title, labels, values, unit, caption), ("lanes", …)
    and ("calendar", …). A row of one text is a line over the rows that follow, a block of one text a heading or a line.
    """

    title: str
    question: str
    columns: list[tuple[str, str, str]]
    rows: list[tuple[Any, ...]]
    answer: str
    empty: str
    totals: dict[str, Any]
    figures: list[tuple[Any, ...]] = field(default_factory=list)
    blocks: list[Any] = field(default_factory=list)

    def shown(self, *, figures: bool) -> list[Any]:
        if not self.rows:
            return []
        body = [with_words(block) for block in self.blocks or [("table", None, self.columns, self.rows)]]
        return [*self.figures, *body] if figures else body

    @property
    def last(self) -> str:
        return self.answer if self.rows else self.empty


def course(days: dict[int, int], title: str, what: str) -> list[tuple[Any, ...]]:
    """A chart over time of at most 26 columns, of days, then weeks, then twice as much each time."""
    if not days:
        return []
    first, last, width = min(days), max(days), 1
    while (last - first) // DAY // width + 1 > 26:
        width = 7 if width == 1 else 2 * width
    values = [0] * ((last - first) // DAY // width + 1)
    for day, number in days.items():
        values[(day - first) // DAY // width] += number
    labels = [date(first + place * width * DAY) for place in range(len(values))]
    top = values.index(max(values))
    caption = f"most in the {many(width, 'day')} from {labels[top]}: {many(values[top], what)}"
    return [("columns", title, labels, values, "count", caption)]


def bars(title: str, pairs: Sequence[tuple[str, int]], caption: str, unit: str = "count") -> tuple[Any, ...]:
    return ("bars", title, [pair[0] for pair in pairs], [pair[1] for pair in pairs], unit, caption)


def cut(total: int, shown: int, one: str, several: str | None = None) -> str:
    left = total - shown
    if left <= 0:
        return ""
    return f"; 1 more {one} is not drawn" if left == 1 else f"; {left:,} more {several or one + 's'} are not drawn"


def only(columns: list[tuple[str, str, str]], keys: str) -> tuple[list[tuple[str, str, str]], list[int]]:
    named = [column[0] for column in columns]
    places = [named.index(key) for key in keys.split()]
    return [columns[place] for place in places], places


def delivered(entry: dict[str, Any]) -> bool:
    return bool(entry["outcome"] == 0)


def stored(entry: dict[str, Any]) -> bool:
    return delivered(entry) and entry["deleted"] is None


LACKING = ("without_size", "Size unknown", "count")
WORDS = {"extension": "unknown", "type": "unknown", "category": "unknown", "bytes": "unknown", "copied": "unknown",
         "stored": "unknown", "quota": "none", "reason": "no reason given", "to": "no end", "expires": "no end",
         "actor": "unknown", "sender": "no name", "customers_read": "nothing", "message": "nothing",
         "scanned_bytes_percent": "unknown"}  # fmt: skip
"""What a page says of a cell with nothing in it, by the key of its column."""


class Over(tuple[Any, ...]):
    """A row over a line of its own, which is its last cell, and stands under the second column."""


def with_words(block: Any) -> Any:
    if isinstance(block, str) or block[0] != "table":
        return block
    what, caption, columns, rows = block
    words = [*(WORDS.get(column[0]) for column in columns), None]
    return what, caption, columns, [
        row if isinstance(row, str) else type(row)(word if cell is None else cell for word, cell in
                                                   zip(words, row, strict=False)) for row in rows
    ]  # fmt: skip


def sized(caption: str | None, columns: list[Any], rows: list[Any]) -> tuple[Any, ...]:
    """A table whose last column, how many files have no size, is there where one has none."""
    if any(row[-1] for row in rows if not isinstance(row, str)):
        return "table", caption, columns, rows
    return "table", caption, columns[:-1], [row if isinstance(row, str) else row[:-1] for row in rows]


def summed(sizes: Sequence[int | None]) -> tuple[int, int | None, int]:
    """How many files, their bytes as far as they are known (None: of none), and how many have no size."""
    there = [each for each in sizes if each is not None]
    return len(sizes), sum(there) if there or not sizes else None, len(sizes) - len(there)


def files_of(sizes: Sequence[int | None]) -> str:
    files, volume, lacking = summed(sizes)
    if volume is None:
        return f"{many(files, 'file')} of unknown size"
    return f"{many(files, 'file')}, {size(volume)}" + (f" and {lacking:,} of unknown size" if lacking else "")


def shared(ledger: Ledger, scope: Scope) -> Said:
    cells: dict[tuple[Any, ...], list[int | None]] = defaultdict(list)
    for entry in filter(delivered, ledger.looked_at(scope)):
        inbox = (ledger.names[entry["inbox"]], entry["inbox"]) if scope.inboxes else None
        cells[midnight(entry["ms"]), inbox, entry["direction"], entry["ext"], entry["category"]].append(entry["size"])
    found = sorted(cells.items(), key=lambda pair: first_null(*pair[0]))
    rows = [
        (date(key[0]), ledger.called(key[1][1]) if key[1] else None, *key[2:], *summed(some)) for key, some in found
    ]
    groups: dict[tuple[str, str], list[int | None]] = defaultdict(list)
    trends: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    days: dict[str, Counter[int]] = {"receive": Counter(), "send": Counter()}
    for (day, _, way, _, category), some in found:
        groups[way, category or "unknown"] += some
        trends[way, category or "unknown"][day] += len(some)
        days[way][day] += len(some)
    every = [key[0] for key, _ in found]
    table = []
    for key, group in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        span = (max(every) - min(every)) // DAY + 1
        trend = [0] * min(12, span)
        for day, files in trends[key].items():
            trend[(day - min(every)) // DAY * len(trend) // span] += files
        files, volume, lacking = summed(group)
        table.append((*key, files, volume, trend, lacking))
    everything = [each for some in cells.values() for each in some]
    received, sent = sum(days["receive"].values()), sum(days["send"].values())
    return Said(
        "Files shared", "Who shared what, and when?",
        [("date", "Date", "text"), ("inbox", "Inbox", "id"), ("direction", "Direction", "text"),
         ("extension", "Extension", "text"), ("category", "Category", "text"), ("files", "Files", "count"),
         ("bytes", "Size", "size"), LACKING],
        rows, f"{files_of(everything)}: {received:,} received, {sent:,} sent",
        "No file was shared in this period.",
        dict(zip(("files", "bytes", "without_size"), summed(everything), strict=True)),
        [*course(days["receive"], "When were files received?", "file"),
         *course(days["send"], "When were files sent?", "file")],
        [sized(None, [("direction", "Direction", "text"), ("category", "Category", "text"), ("files", "Files", "count"),
                      ("bytes", "Size", "size"), ("trend", "Trend", "trend"), LACKING], table)],
    )  # fmt: skip


def attempts(ledger: Ledger, scope: Scope) -> Said:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    days: Counter[int] = Counter()
    for entry in ledger.looked_at(scope):
        if delivered(entry):
            continue
        days[midnight(entry["ms"])] += 1
        read = entry["message"]
        if read is None and not entry["sent"]:
            then = ledger.setting(entry["inbox"], entry["ms"])
            read = then.value["message"] if then is not None and not then.value["receive"] else None
        outcome = ("delivered", "blocked", "failed")[entry["outcome"]]
        inbox = ledger.names[entry["inbox"]], entry["inbox"]
        groups[inbox, entry["direction"], outcome, entry["type"], entry["reason"], read].append(entry)
    rows = []
    reasons: Counter[str] = Counter()
    for key, found in sorted(groups.items(), key=lambda pair: (-len(pair[1]), first_null(*pair[0]))):
        people = {entry["person"] for entry in found} - {None}
        moments = [entry["ms"] for entry in found]
        _, volume, lacking = summed([entry["size"] for entry in found])
        rows.append((len(found), ledger.called(key[0][1]), *key[1:], len(people), volume, text(min(moments)),
                     text(max(moments)), 0, lacking))  # fmt: skip
        reasons[key[4] or "no reason given"] += len(found)
    total = sum(days.values())
    received = sum(row[0] for row in rows if row[2] == "receive")
    columns = [("attempts", "Attempts", "count"), ("inbox", "Inbox", "id"), ("direction", "Direction", "text"),
               ("outcome", "Outcome", "text"), ("type", "Type", "text"), ("reason", "Reason", "text"),
               ("customers_read", "Customers read", "text"), ("customers", "Customers", "count"),
               ("bytes", "Size", "size"), ("first", "First", "time"), ("last", "Last", "time"),
               ("denied", "Denied", "count"), LACKING]  # fmt: skip
    shown, places = only(columns, "attempts inbox type reason customers bytes last without_size")
    parts: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        parts[row[2], row[6] or ""].append(row)
    table: list[Any] = []
    for (way, message), members in sorted(parts.items(), key=lambda pair: -sum(row[0] for row in pair[1])):
        whose = "Files of customers" if way == "receive" else "Files of agents"
        table.append(f"{whose}, who read: {message}" if message else f"{whose}, with no message on record")
        table += [tuple(row[place] for place in places) for row in members]
    top = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))[:8]
    figures = course(days, "When were files refused?", "attempt")
    if top:
        caption = f"most: {top[0][0]}, {many(top[0][1], 'attempt')}{cut(len(reasons), len(top), 'reason')}"
        figures.append(bars("Why were files refused?", top, caption))
    lacking = sum(row[-1] for row in rows)
    decided, denials = decisions(ledger, scope)
    denied = sum(row[11] for row in denials)
    blocks = [sized(None, shown, table)] if rows else []
    people, left = refused(ledger, scope)
    if people:
        caption = "Who was refused" + "".join(
            f"; {many(number, f'more {kind}')} {'is' if number == 1 else 'are'} not listed"
            for kind, number in left.items() if number
        )  # fmt: skip
        blocks.append(("table", caption, [
            ("kind", "Kind", "text"), ("sender", "Who", "id"), ("attempts", "Attempts", "count"), ("inbox", "Inbox", "id"),
            ("first", "First", "time"), ("last", "Last", "time"),
        ], [(*row[:3], row[3] or "several", *row[4:]) for row in people]))  # fmt: skip
    if denials:
        told, places = only(columns, "denied inbox direction reason customers_read last")
        blocks.append(("table", "Denied by a gate: decisions, and no attempts", told,
                       [tuple(row[place] for place in places) for row in denials]))  # fmt: skip
    answer = f"{many(total, 'attempt')} refused or failed: {received:,} by customers, {total - received:,} by agents"
    answer += f"; {lacking:,} of unknown size" if lacking else ""
    if decided:
        answer += f"; a gate decided {many(decided, 'time')} and denied {denied:,}, which are no attempts"
    return Said(
        "Refused attempts", "Who was refused, for what, and what did they read?", columns, [*rows, *denials], answer,
        "No attempt was refused or failed in this period."
        + (f" A gate decided {many(decided, 'time')} and denied nothing." if decided else ""),
        {"attempts": total, "by_customers": received, "by_agents": total - received, "without_size": lacking,
         "decided": decided, "denied": denied, "refused": [
             {"kind": row[0], "customer": row[1] if row[0] == "customer" else None,
              "agent": row[1] if row[0] == "agent" else None, "attempts": row[2], "inbox": row[3], "first": row[4],
              "last": row[5]} for row in people],
         "customers_left_out": left["customer"], "agents_left_out": left["agent"]}, figures, blocks,
    )  # fmt: skip


def refused(ledger: Ledger, scope: Scope) -> tuple[list[tuple[Any, ...]], dict[str, int]]:
    """Who was refused, customers first, those with the most attempts first, and how many are not named."""
    rows, left = [], {}
    for kind, way in (("customer", "receive"), ("agent", "send")):
        tried: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
        for entry in ledger.looked_at(scope):
            if entry["direction"] == way and not delivered(entry):
                tried[(entry["agent"] if way == "send" else entry["person"]) or None].append(entry)
        some = sorted(
            tried.items(), key=lambda pair: (-len(pair[1]), -max(each["ms"] for each in pair[1]), first_null(pair[0]))
        )
        for who, found in some[:100]:
            inboxes, moments = {each["inbox"] for each in found}, [each["ms"] for each in found]
            rows.append((kind, who, len(found), ledger.called(inboxes.pop()) if len(inboxes) == 1 else None,
                         text(min(moments)), text(max(moments))))  # fmt: skip
        left[kind] = sum(who is not None for who, _ in some[100:])
    return rows, left


def decisions(ledger: Ledger, scope: Scope) -> tuple[int, list[tuple[Any, ...]]]:
    """How often a gate decided, and what it denied: no attempts, and in rows of their own."""
    decided, denied = 0, defaultdict(list)
    for row in ledger.records:
        name = ledger.names[row["inbox"]]
        if row["kind"] == 2 and scope.inside(row["ms"]) and (not scope.inboxes or name in scope.inboxes):
            decided += 1
            if row["outcome"] == 1:
                way = "send" if row["direction"] == 0 else "receive"
                denied[(name, row["inbox"]), way, ledger.words.get(row["reason"]), row["message"]].append(row["ms"])
    rows = [(0, ledger.called(key[0][1]), key[1], "denied", None, key[2], key[3], None, None, text(min(some)),
             text(max(some)), len(some), 0)
            for key, some in sorted(denied.items(), key=lambda pair: (-len(pair[1]), first_null(*pair[0])))]  # fmt: skip
    return decided, rows


def senders(ledger: Ledger, scope: Scope) -> Said:
    rows, people, left, more = [], {}, {}, False
    for kind, way in (("agent", "send"), ("customer", "receive")):
        tried: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
        for entry in ledger.looked_at(scope):
            if entry["direction"] == way:
                tried[(entry["agent"] if way == "send" else entry["person"]) or None].append(entry)
        some = []
        for sender, found in tried.items():
            got = list(filter(delivered, found))
            if got:
                inboxes = {entry["inbox"] for entry in found}
                moments = [entry["ms"] for entry in found]
                files, volume, lacking = summed([entry["size"] for entry in got])
                some.append((kind, sender, files, volume, ledger.called(inboxes.pop()) if len(inboxes) == 1 else None,
                             text(min(moments)), text(max(moments)), lacking))  # fmt: skip
        some.sort(key=lambda row: (-row[2], -(row[3] or 0), first_null(row[1])))
        people[kind] = sum(row[1] is not None for row in some)
        left[kind] = sum(row[1] is not None for row in some[100:])
        more = more or len(some) > 100
        rows += some[:100]
    top = sorted((row for row in rows if row[1] is not None), key=lambda row: -row[2])[:10]
    figures = []
    if top:
        caption = f"most: {top[0][0]} {top[0][1]}, {many(top[0][2], 'file')}"
        caption += cut(people["agent"] + people["customer"], len(top), "sender")
        figures.append(bars("Who sends most?", [(f"{row[0]} {row[1]}", row[2]) for row in top], caption))
    answer = f"{many(people['agent'], 'agent')} and {many(people['customer'], 'customer')}"
    for kind in people:
        if left[kind]:
            answer += f"; {many(left[kind], kind)} with fewer files {'is' if left[kind] == 1 else 'are'} not listed"
    columns = [("kind", "Kind", "text"), ("sender", "Sender", "id"), ("files", "Files", "count"),
               ("bytes", "Size", "size"), ("inbox", "Inbox", "id"), ("first", "First", "time"), ("last", "Last", "time"),
               LACKING]  # fmt: skip
    return Said(
        "Senders", "Who sends most? Files and size are what was delivered; inbox (where it was only one), first and last"
        " are of all attempts, refused ones included.",
        columns, rows, answer, "Nobody sent a file in this period.",
        {"agents": people["agent"], "customers": people["customer"], "cut": more, "agents_left_out": left["agent"],
         "customers_left_out": left["customer"]}, figures,
        [sized(None, columns, [(*row[:4], row[4] or "several", *row[5:]) for row in rows])],
    )  # fmt: skip


def storage(ledger: Ledger, scope: Scope) -> Said:
    cells: dict[tuple[Any, ...], list[int | None]] = defaultdict(list)
    copies: dict[bytes, list[int | None]] = defaultdict(list)
    boxes: dict[int, list[int | None]] = defaultdict(list)
    for entry in filter(stored, ledger.looked_at(scope)):
        cells[entry["inbox"], entry["ext"], entry["category"]].append(entry["size"])
        boxes[entry["inbox"]].append(entry["size"])
        if entry["sha256"]:
            copies[entry["sha256"]].append(entry["size"])
    found = sorted(cells.items(), key=lambda pair: (
        -(summed(pair[1])[1] or 0), ledger.names[pair[0][0]], first_null(*pair[0][1:]), pair[0][0]))  # fmt: skip
    rows = [(ledger.called(key[0]), *key[1:], *summed(some)) for key, some in found]
    categories: dict[str, list[int | None]] = defaultdict(list)
    for (_, _, category), some in found:
        categories[category or "unknown"] += some
    ever = scope.since is None and scope.until is None
    end = scope.now if scope.until is None else min(scope.now, scope.until - 1)
    there: dict[int, list[int | None]] = defaultdict(list)
    for entry in filter(delivered, ledger.looked_at(replace(scope, since=None))):
        gone = entry["deleted"]
        if gone is None or (scope.until is not None and gone >= scope.until):
            there[entry["inbox"]].append(entry["size"])
    quotas = {inbox: then.value["quota"] for inbox in ledger.names
              if (then := ledger.setting(inbox, end)) is not None and then.value["quota"] is not None}  # fmt: skip
    every = {*boxes, *(inbox for inbox in quotas if not scope.inboxes or ledger.names[inbox] in scope.inboxes)}
    table = []
    for inbox in sorted(every, key=lambda n: (-(summed(boxes[n])[1] or 0), ledger.names[n], n)):
        files, volume, lacking = summed(boxes[inbox])
        total, quota = summed(there[inbox])[1], quotas.get(inbox)
        used = None if quota is None or total is None else (200 * total + quota) // (2 * quota)
        table.append((ledger.called(inbox), files, volume, total, quota, used, lacking))
    by_times: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for sizes in copies.values():
        if len(sizes) > 1:
            by_times[len(sizes)][0] += 1
            stated = set(sizes) - {None}
            by_times[len(sizes)][1] += (next(iter(stated)) or 0) * (len(sizes) - 1) if len(stated) == 1 else 0
            by_times[len(sizes)][2] += len(stated) != 1
    again, copied, copies_lack = [], 0, 0
    for times, (contents, volume, lacking) in sorted(by_times.items()):
        again.append((times, contents, (times - 1) * contents, None if lacking == contents else volume, lacking))
        copied += volume
        copies_lack += (times - 1) * lacking
    everything = [each for some in boxes.values() for each in some]
    volume = summed(everything)[1] or 0
    columns = [("inbox", "Inbox", "id"), ("extension", "Extension", "text"), ("category", "Category", "text"),
               ("files", "Files", "count"), ("bytes", "Size", "size"), LACKING]  # fmt: skip
    per_inbox = [("inbox", "Inbox", "id"), ("files", "Files", "count"), ("bytes", "Size", "size"),
                 ("stored", "Stored in all", "size"), ("quota", "Quota", "size"), ("used", "Used", "percent"),
                 LACKING]  # fmt: skip
    repeated = [("times", "Times", "count"), ("contents", "Contents", "count"), ("copies", "Further copies", "count"),
                ("copied", "Size of copies", "size"), LACKING]  # fmt: skip
    measured = [(name, sum(each or 0 for each in some), summed(some)[1]) for name, some in categories.items()]
    top = sorted(((name, number) for name, number, some in measured if some is not None), key=lambda pair: -pair[1])
    lack = summed(everything)[2]
    caption = f"most: {top[0][0]}, {size(top[0][1])}" if top else ""
    if lack:
        caption += f"; {many(lack, 'file')} of unknown size {'is' if lack == 1 else 'are'} not drawn"
    some, places = only(per_inbox, "inbox files bytes quota used without_size")
    blocks = [sized("By inbox", some, [tuple(row[place] for place in places) for row in table]) if ever else sized(
                  f"By inbox; stored in all and used are of everything there at {text(end)}, whenever it came",
                  per_inbox, table),
              *([sized("By inbox and extension", columns, rows)] if rows else [])]  # fmt: skip
    if again:
        blocks.append(sized("Contents that are there more than once", repeated, again))
    nothing = "No file is stored." if ever else "No file that came in this period is stored."
    return Said(
        "Storage", "What takes space, against the quota, and how much is there more than once?", columns,
        [*rows, *((row[0], None, None, 0, 0, 0) for row in table if not row[1])],
        f"{files_of(everything)} stored; {size(copied)} ({percent(copied, volume)}%) are further copies of a content"
        f" that is there already{f', and {copies_lack:,} of unknown size' if copies_lack else ''}"
        if rows else nothing, nothing,
        {**dict(zip(("files", "bytes", "without_size"), summed(everything), strict=True)), "copied_bytes": copied,
         "copies": [dict(zip((c[0] for c in repeated), row, strict=True)) for row in again],
         "inboxes": [dict(zip((c[0] for c in per_inbox), row, strict=True)) for row in table]},
        [bars("What takes the space?", top, caption, "size")] if top else [], blocks,
    )  # fmt: skip


COVERED = [
    ("inbox", "Inbox", "id"), ("files", "Files", "count"), ("clean", "No malware", "count"),
    ("infected", "Infected", "count"), ("not_scanned", "Not scanned", "count"),
    ("scanned", "Scanned", "count"), ("scanned_percent", "Files scanned", "percent"), ("bytes", "Size", "size"),
    ("scanned_bytes", "Size scanned", "size"), ("scanned_bytes_percent", "Bytes scanned", "percent"),
    ("without_size", "Size unknown", "count"), ("never_tried", "Never tried", "count"),
]  # fmt: skip
COVERED_SHOWN = (0, 1, 2, 3, 4, 11, 6, 7, 9, 10)
ENGINES = [("engine", "Scanned by", "text"), ("files", "Files", "count"), ("bytes", "Size", "size"),
           ("oldest", "Oldest scan", "time"), ("newest", "Newest scan", "time")]  # fmt: skip


def coverage(ledger: Ledger, scope: Scope) -> Said:
    by_entry, by_hash = ledger.scanned()
    lost = ledger.lost()
    boxes: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0, 0, 0])
    for entry in filter(delivered, ledger.looked_at(scope)):
        elsewhere = by_hash.get((entry["sha256"] or b"").hex(), set())
        states = by_entry.get(entry["seq"], set()) | (set() if entry["seq"] in lost else elsewhere)
        volume = ledger.size_of(entry)
        state = "infected" if "infected" in states else "clean" if "clean" in states else None
        box = boxes[ledger.names[entry["inbox"]], entry["inbox"]]
        box[0] += 1
        box[1] += volume or 0
        box[2] += state == "clean"
        box[3] += state == "infected"
        box[4] += (volume or 0) * (state is not None)
        box[5] += volume is None
        box[6] += not by_entry.get(entry["seq"]) and not elsewhere
    rows = [(ledger.called(inbox), files, clean, bad, files - clean - bad, clean + bad, percent(clean + bad, files),
             None if sizeless == files else volume, known, None if sizeless == files else percent(known, volume),
             sizeless, untried)
            for (_, inbox), (files, volume, clean, bad, known, sizeless, untried) in sorted(boxes.items())]  # fmt: skip
    files, volume, clean, bad, known, sizeless, untried = (
        sum(box[place] for box in boxes.values()) for place in range(7)
    )
    lacking = f"; {many(sizeless, 'file')} of unknown size" if sizeless else ""
    some = [COVERED[place] for place in COVERED_SHOWN]
    shares = percent(clean + bad, files), percent(known, volume)
    sized_too = files == 0 or sizeless < files
    of_bytes = f" and {shares[1]}% of bytes" if sized_too else ""
    of_size = f" and {shares[1]}% of {size(volume)}" if sized_too else ""
    rest = files - clean - bad
    engines = scanned_by(ledger, scope)
    figure = bars("What do we know of the files?", [("no malware", clean), ("infected", bad), ("not scanned", rest)],
                  f"{shares[0]}% of files{of_bytes} were scanned")  # fmt: skip
    return Said(
        "Scan coverage", "What share of files and bytes was really scanned?",
        COVERED,
        rows,
        f"{shares[0]}% of {many(files, 'file')}{of_size} were scanned; {bad:,} infected,"
        f" {rest:,} not scanned{lacking}",
        "No file was delivered in this period, so there was nothing to scan.",
        {"files": files, "bytes": volume if sized_too else None, "clean": clean, "infected": bad, "not_scanned": rest, "scanned": clean + bad,
         "scanned_bytes": known, "without_size": sizeless, "never_tried": untried, "engines": engines}, [figure],
        [sized(None, some, [tuple(row[place] for place in COVERED_SHOWN) for row in rows]),
         *([("table", "By what, and how old", ENGINES, [tuple(each.values()) for each in engines])] if engines else [])],
    )  # fmt: skip


def scanned_by(ledger: Ledger, scope: Scope) -> list[dict[str, Any]]:
    """Who looked last at each delivered file, and when."""
    by_entry, by_hash = ledger.newest_scans()
    lost = ledger.lost()
    found: dict[str | None, list[tuple[int, int]]] = defaultdict(list)
    for entry in filter(delivered, ledger.looked_at(scope)):
        content = (entry["sha256"] or b"").hex()
        scans = [by_entry.get(entry["seq"]), by_hash.get(content)]
        if entry["seq"] in lost and scans[0] is None:
            continue
        newest = max((each for each in scans if each is not None), key=lambda each: each["seq"], default=None)
        if newest is not None:
            found[newest["body"].get("engine")].append((ledger.size_of(entry) or 0, newest["ms"]))
    return [
        {"engine": engine, "files": len(some), "bytes": sum(size for size, _ in some),
         "oldest": text(min(ms for _, ms in some)), "newest": text(max(ms for _, ms in some))}
        for engine, some in sorted(found.items(), key=lambda item: (item[0] is not None, item[0] or ""))
    ]  # fmt: skip


def lanes(ledger: Ledger, scope: Scope, errors: dict[str, list[int]] | None) -> list[tuple[Any, ...]]:
    """When receiving was on, and how many errors happened meanwhile; None where nobody looked for errors."""
    versions = in_force(ledger, scope)
    ticks = errors or {}
    starts = [v.start for v in versions] + [min(found) for found in ticks.values() if found]
    if not starts:
        return []
    start = scope.since if scope.since is not None else min(starts)
    end = max(scope.now, start + 1)
    end = min(scope.until if scope.until is not None else scope.now, end)
    if end <= start:
        return []
    stretches: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for version in versions:
        low, high = max(version.start, start), min(version.end, end)
        if low < high:
            word = "on" if version.value["receive"] else "off"
            # The page of an audit draws them beside errors, which are counted by name.
            name = ledger.called(version.inbox) if errors is None else ledger.names[version.inbox]
            before = stretches[name]
            if before and before[-1][1:] == (low, word):  # another setting, and receiving as before
                low = before.pop()[0]
            before.append((low, high, word))
    wanted = sorted(stretches, key=lambda name: (-len(ticks.get(name, ())), name))[:30]
    drawn = []
    for name in sorted(wanted):
        moments = sorted(moment for moment in ticks.get(name, ()) if start <= moment < end)
        counts = [bisect_left(moments, high) - bisect_left(moments, low) for low, high, _ in stretches[name]]
        drawn.append((name, stretches[name], counts if errors is not None else None, len(moments)))
    if not drawn:
        return []
    off = sum(any(word == "off" for _, _, word in lane[1]) for lane in drawn)
    caption = f"off for a while in {off} of {len(drawn)}{cut(len(stretches), len(drawn), 'inbox', 'inboxes')}"
    return [("lanes", "When was receiving on?", date(start), date(end), drawn, caption)]


def in_force(ledger: Ledger, scope: Scope) -> list[Version]:
    low = scope.since if scope.since is not None else -(2**63)
    high = scope.until if scope.until is not None else FOREVER
    return sorted(
        (v for v in ledger.versions if v.start < high and v.end > low
         and (not scope.inboxes or ledger.names[v.inbox] in scope.inboxes)),
        key=lambda v: (ledger.names[v.inbox], v.inbox, v.start),
    )  # fmt: skip


NEW = {"send": True, "receive": True, "message": None, "message_source": None, "messages": {}, "channels": [],
       "tags": [], "description": "", "send_approved_only": False, "scan": "off", "quota_text": None}  # fmt: skip
"""What a new inbox has."""


def what_changed(old: dict[str, Any] | None, new: dict[str, Any]) -> list[tuple[str, str]]:
    """What a version says that the one before it did not, each under its setting, the switches first; texts are named
    alone."""
    was = NEW if old is None else old
    own = {id(value): value["message"] if value["message_source"] == "own" else None for value in (was, new)}
    found = [("created", "created")] if old is None else []

    def said(value: Any) -> str:
        return ("on" if value else "off") if isinstance(value, bool) else value or "none"

    def step(label: str, key: str) -> None:
        if was[key] != new[key]:
            words = f"{label} {said(new[key])}" if old is None else f"{label} {said(was[key])} → {said(new[key])}"
            found.append((key.removesuffix("_text"), words))

    def told(label: str, before: Any, after: Any) -> None:
        if before != after:
            found.append((label, f"{label} {'removed' if not after else 'changed' if before else 'set'}"))

    step("send", "send")
    step("receive", "receive")
    told("message", own[id(was)], own[id(new)])
    told("messages", was["messages"], new["messages"])
    for label, key in (("channel", "channels"), ("tag", "tags")):
        found.extend((key, f"{label} {each} added") for each in new[key] if each not in was[key])
        found.extend((key, f"{label} {each} removed") for each in was[key] if each not in new[key])
    told("description", was["description"], new["description"])
    step("send-approved-only", "send_approved_only")
    step("scan", "scan")
    step("quota", "quota_text")
    return found


def settings(ledger: Ledger, scope: Scope) -> Said:
    found = in_force(ledger, scope)

    def told(event: dict[str, Any] | None) -> tuple[Any, ...]:
        return (None, None, None) if event is None else (event["actor"] or None, event["reason"], text(event["wall"]))

    before = {(v.inbox, v.start): max((w for w in ledger.versions if w.inbox == v.inbox and w.start < v.start),
                                      key=lambda w: w.start, default=None) for v in found}  # fmt: skip
    rows = [
        (ledger.called(v.inbox), v.number, text(v.start), None if v.end == FOREVER else text(v.end),
         "on" if v.value["receive"] else "off", "on" if v.value["send"] else "off", *told(main), v.value["message"], v.value["scan"], words,
         "on" if v.value["send_approved_only"] else "off", v.value["quota"], ", ".join(v.value["channels"]) or None,
         ", ".join(v.value["tags"]) or None, v.value["description"] or None,
         ", ".join(f"{language}: {said}" for language, said in sorted(v.value["messages"].items())) or None,
         *told(anew))
        for v in found for old in [before[v.inbox, v.start]]
        for words, main, anew in [
            new_words(ledger.events, v, what_changed(None if old is None else old.value, v.value), v.event)]
    ]  # fmt: skip
    columns = [("inbox", "Inbox", "id"), ("version", "Version", "count"), ("from", "From", "time"),
               ("to", "Until", "time"), ("receive", "Receive", "state"), ("send", "Send", "state"),
               ("actor", "By", "id"), ("reason", "Reason", "text"), ("made", "Made", "time"),
               ("message", "Customers read", "text"), ("scan", "Scan", "text"),
               ("changed", "Changed", "change"), ("approved_only", "Approved files only", "state"),
               ("quota", "Quota", "size"), ("channels", "Channels", "text"), ("tags", "Tags", "text"),
               ("description", "Description", "text"), ("messages", "In other languages", "text"),
               ("rewritten_by", "Written anew by", "id"), ("rewritten_reason", "Written anew because", "text"),
               ("rewritten", "Written anew", "time")]  # fmt: skip
    shown, places = only(columns, "version from to receive send changed actor reason message")
    table: list[Any] = []
    last = None
    for row in rows:
        if row[0] != last:
            table.append(row[0])
        last = row[0]
        cells = tuple(row[place] for place in places)
        rest = [f"{said}{row[place]}" for place, said in (
            (13, "quota "), (10, "scan "), (14, "channels "), (15, "tags "), (16, "description "),
            (17, "in other languages ")) if row[place] not in (None, "off")]  # fmt: skip
        if row[13] is not None:
            rest[0] = f"quota {size(row[13])}"
        rest = ["approved files only"] * (row[12] == "on") + rest
        below = [f"with {'; '.join(rest)}"] if rest else []
        if row[20] is not None:
            why = f": {row[19]}" if row[19] else ""
            below.append(f"written anew at {row[20]} by {row[18] or 'unknown (edited by hand)'}{why}")
        table.append(Over((*cells, "; ".join(below))) if below else cells)
    inboxes = len({v.inbox for v in found})
    return Said(
        "Settings in force", "Which setting was in force when, and who set it?", columns, rows,
        f"{many(len(rows), 'setting version')} in {many(inboxes, 'inbox', 'inboxes')}",
        "No setting was in force in this period.", {"versions": len(rows), "inboxes": inboxes},
        lanes(ledger, scope, None), [("table", None, shown, table)],
    )  # fmt: skip


STATES = ("held", "no hash", "unknown age", "overdue", "due", "next 30d", "next 60d", "next 90d", "later", "no rule")
COMING = STATES[3:9]


def state(ledger: Ledger, entry: dict[str, Any], now: int) -> tuple[str, int | None]:
    if ledger.held(entry):
        return "held", None
    if entry["sha256"] is None or entry["size"] is None:
        return "no hash", None
    if entry["ms"] > now:
        return "unknown age", None
    wait = ledger.wait(entry)
    if wait is None:
        return "no rule", None
    due = entry["ms"] + wait
    if due <= now:
        return ("overdue" if due < midnight(now) else "due"), midnight(due)
    near = next((days for days in (30, 60, 90) if due <= now + days * DAY), None)
    return ("later" if near is None else f"next {near}d"), midnight(due)


def retention(ledger: Ledger, scope: Scope) -> Said:
    today = midnight(scope.now)
    monday = today - (today // DAY + 3) % 7 * DAY
    begin = monday - 28 * DAY
    ahead = today + 90 * DAY
    end = ahead - (ahead // DAY + 3) % 7 * DAY + 7 * DAY
    cells: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    sums: dict[str, list[Any]] = {name: [] for name in STATES}
    days: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    early, late = [0, 0], [0, 0]
    for entry in filter(stored, ledger.looked_at(scope)):
        name, day = state(ledger, entry, scope.now)
        cells[name, ledger.called(entry["inbox"]), entry["category"]].append(entry)
        sums[name].append(entry)
        if day is not None:
            place = days[day] if begin <= day < end else early if day < begin else late
            place[0] += 1
            place[1] += entry["size"]

    def counted(some: list[Any]) -> tuple[Any, ...]:
        files, volume, lacking = summed([entry["size"] for entry in some])
        bare = sum(entry["sha256"] is None or entry["size"] is None for entry in some)
        return files, volume, bare, lacking

    rows = [(*key, *counted(some)) for key, some in cells.items()]
    rows.sort(key=lambda row: (STATES.index(row[0]), -row[3], str(row[1]), str(row[2])))
    there = [name for name in STATES if sums[name]]
    due = summed([entry["size"] for name in ("overdue", "due") for entry in sums[name]])
    due = (due[0], due[1] or 0, due[2])
    columns = [("state", "State", "text"), ("inbox", "Inbox", "id"), ("category", "Category", "text"),
               ("files", "Files", "count"), ("bytes", "Size", "size"), ("without_hash", "Without hash or size", "count"), LACKING]  # fmt: skip
    blocks: list[tuple[Any, ...]] = [
        sized(None, [columns[0], *columns[3:]], [(name, *counted(sums[name])) for name in there]),
        sized("By inbox and category", columns, rows),
    ]
    # The states that come up are drawn when one of them is there; "due" is drawn even where it is none.
    coming = [name for name in COMING if name in there or name in ("overdue", "due")]
    figures = []
    if coming:
        figures = [bars("What comes due when?", [(name, len(sums[name])) for name in coming],
                        f"{many(due[0], 'file')} may go now, {size(due[1])}")]  # fmt: skip
    if days or early[0] or late[0]:
        first = min([begin + (day - begin) // (7 * DAY) * 7 * DAY for day in days] + [monday])
        over = [numbers for day, numbers in days.items() if day < today] + [early]
        caption = f"{many(sum(n[0] for n in over), 'file')} overdue, {size(sum(n[1] for n in over))}"
        soon = max((day for day in sorted(days) if day >= today), key=lambda day: days[day][0], default=None)
        if soon is not None:
            caption += f"; most from today on: {date(soon)}, {many(days[soon][0], 'file')}"
        blocks.insert(0, ("calendar", "When may files go, day by day?", first, end, today, dict(days), early, late,
                          caption))  # fmt: skip
    unknown = len(sums["no hash"]) + len(sums["unknown age"])
    return Said(
        "Retention", "What is due, what is held, and what comes due next?", columns, rows,
        f"{many(due[0], 'file')} due, {size(due[1])}; {len(sums['held']):,} held, {unknown:,} without hash, size or age,"
        f" {len(sums['no rule']):,} without a rule, at {text(scope.now)}",
        "No file is stored.",
        {**{name: dict(zip(("files", "bytes", "without_size"), summed([entry["size"] for entry in sums[name]]),
                           strict=True)) for name in STATES},
         "days": [{"day": date(day), "files": n[0], "bytes": n[1]} for day, n in sorted(days.items())]},
        figures, blocks,
    )  # fmt: skip


LIBRARY = [
    ("state", "State", "state"), ("document", "Document", "text"), ("version", "Version", "text"), ("file", "File", "path"),
    ("inboxes", "For", "text"), ("expires", "Ends", "time"), ("ended", "Over from", "time"),
    ("how", "How", "text"), ("proposed_by", "Proposed by", "id"), ("proposed", "Proposed", "time"), ("approved_by", "Approved by", "id"), ("approved", "Approved", "time"),
    ("recorded", "Recorded", "time"), ("two_people", "Two people", "text"), ("sent", "Sent", "count"), ("first", "First sent", "time"),
    ("last", "Last sent", "time"), ("agent", "Sent by", "id"), ("was", "What it was", "text"),
]  # fmt: skip


@dataclass
class LibraryFile:
    """A file of a version, as the events have it: when it could be sent, and by whom."""

    seq: int
    place: int
    body: dict[str, Any]
    file: dict[str, Any]
    asked: dict[str, Any]
    agreed: dict[str, Any] | None
    retired: int | None
    replaced: int | None
    lost: int | None

    @property
    def approved(self) -> int | None:
        return None if self.agreed is None else self.agreed["ms"]

    @property
    def end(self) -> int:
        return min(end for end in (self.retired, self.replaced, self.body["expires"], FOREVER) if end is not None)

    def lasts(self, moment: int) -> bool:
        return self.approved is not None and self.approved <= moment < self.end

    def reaches(self, ledger: Ledger, inbox: int, moment: int) -> bool:
        """It is for the inbox: every one, that one, or one with a tag that it has then."""
        if not self.body["inboxes"] and not self.body["tags"]:
            return True
        if ledger.removed.get(inbox, FOREVER) <= moment:
            return False
        then = ledger.setting(inbox, moment)
        tags = set(then.value["tags"]) if then is not None else set()
        return inbox in self.body["inboxes"] or bool(tags & set(self.body["tags"]))

    def two_people(self) -> str | None:
        if self.agreed is None:
            return None
        assert self.agreed["actor"] != self.asked["actor"]
        return "yes" if self.agreed["os_user"] != self.asked["os_user"] else "two names, one OS user"

    def state(self, moment: int, known: int = FOREVER) -> str:
        """What it is at a moment. known: until when what is on record counts, by the earlier of two clocks."""
        if self.agreed is None:
            if self.retired is not None and self.retired <= known:
                return "retired"
            if self.body["expires"] is not None and self.body["expires"] <= moment:
                return "expired"
            return "replaced" if self.lost is not None and self.lost <= known else "proposed"
        ends = [(self.retired, 0, "retired"), (self.replaced, 1, "replaced"), (self.body["expires"], 2, "expired")]
        ends = sorted(end for end in ends if end[0] is not None)
        for end, place, how in ends:
            if place < 2 and end <= self.agreed["ms"]:
                return how  # it never began
        if ends and ends[0][0] <= moment:
            return ends[0][2]
        if self.agreed["ms"] <= moment:
            return "approved"
        return "approved-later" if min(self.agreed["ms"], self.agreed["wall"]) <= known else "proposed"


def library_files(ledger: Ledger) -> list[LibraryFile]:
    proposals = [event for event in ledger.events if event["kind"] == "library-propose"]
    approvals = {event["body"]["proposed"]: event for event in ledger.events if event["kind"] == "library-approve"}
    recalls = [(min(e["ms"], e["wall"]), e) for e in ledger.events if e["kind"] == "library-retire"]
    documents = {event["seq"]: {file["document"] for file in event["body"]["files"]} for event in proposals}
    found = []
    for event in proposals:
        agreed, mine_all = approvals.get(event["seq"]), documents[event["seq"]]
        for place, file in enumerate(event["body"]["files"]):
            mine = [event["seq"], file["document"]]
            retired = []
            for since, other in recalls:
                if mine in other["body"]["ends"]:
                    retired.append(since if agreed is None else max(since, agreed["ms"]))
                elif (
                    agreed is not None and other["seq"] < agreed["seq"] and agreed["ms"] <= since
                    and other["body"]["version"] in (None, event["body"]["version"])
                    and any(document == file["document"] for _, document in other["body"]["ends"])
                ):  # fmt: skip
                    retired.append(since)
            later = [
                other["ms"] for seq, other in approvals.items() if agreed is not None
                and (other["ms"], other["seq"]) > (agreed["ms"], agreed["seq"]) and file["document"] in documents[seq]
                and not any([seq, file["document"]] in recall["body"]["ends"] and recall["seq"] < agreed["seq"]
                            and since <= other["ms"] for since, recall in recalls)
            ]  # fmt: skip
            lost = [
                other
                for other in proposals
                if other["seq"] > event["seq"]
                and documents[other["seq"]] & mine_all
                and all(other["body"][key].casefold() == event["body"][key].casefold() for key in ("name", "version"))
            ] + [other for seq, other in approvals.items() if seq > event["seq"] and documents[seq] & mine_all]
            first = min(lost, key=lambda other: other["seq"], default=None)
            found.append(LibraryFile(event["seq"], place, event["body"], file, event, agreed,
                                     min(retired, default=None), min(later, default=None),
                                     None if first is None else min(first["ms"], first["wall"])))  # fmt: skip
    return found


def _was(file: LibraryFile | None, moment: int) -> str:
    """What a file that an inbox may not send was to the library."""
    if file is None:
        return "not in the library"
    return WAS.get(state := file.state(moment, moment), state)


def _of_inbox(
    ledger: Ledger, files: list[LibraryFile], inbox: int, moment: int, found: list[LibraryFile]
) -> LibraryFile | None:
    """Of files with the same bytes, that of a document of which the inbox could send a version then, else of one that
    was for it until then; the newest, of those that were approved before others."""

    def was_for(file: LibraryFile) -> bool:
        start = file.approved
        turns = [version.start for version in ledger.versions if version.inbox == inbox]
        moments = () if start is None else (start, *(t for t in turns if start < t))
        return any(t <= moment and t < file.end and file.reaches(ledger, inbox, t) for t in moments)

    def order(file: LibraryFile) -> tuple[bool, bool, bool, int, int]:
        own = [each for each in files if each.file["document"] == file.file["document"]]
        could = any(each.lasts(moment) and each.reaches(ledger, inbox, moment) for each in own)
        meant = any(was_for(each) for each in own if each.file["sha256"] == file.file["sha256"])
        approved = file.approved is not None and file.approved <= moment
        return could, meant, approved, file.seq, -file.place

    return max(found, key=order, default=None)


WAS = {
    "approved": "for other inboxes",
    "proposed": "waited for approval",
    "approved-later": "approved for a later time",
}


NO_CONTENT = "its sha256 is not known"
ANOTHER = "another inbox had its name"


def _outside(
    ledger: Ledger, scope: Scope, files: list[LibraryFile]
) -> tuple[list[Any], list[Any], list[Any], list[Any], Counter[Any], Any]:
    """Rows of what was sent without an approval in inboxes that ask for one, and of what was outdated in others; how
    often each file was sent while it was approved, with the times; rows of what was sent without a sha256 in those others.
    An inbox that is not there yet, or no more, asks for nothing; where another one may have had its name then, and asked,
    what is in no other row is not judged."""
    wrong, old, nameless, unjudged = defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list)
    sent: dict[tuple[int, int], list[int]] = defaultdict(list)
    allowed: Counter[str] = Counter()
    for entry in ledger.looked_at(scope):
        if not (entry["sent"] and delivered(entry)):
            continue
        moment, content = entry["ms"], (entry["sha256"] or b"").hex()
        same = [file for file in files if file.file["sha256"] == content]
        may = [file for file in same if file.lasts(moment) and file.reaches(ledger, entry["inbox"], moment)]
        allowed["all"] += bool(may)
        for file in may:
            sent[file.seq, file.place].append(moment)
        if may:
            continue
        then = ledger.setting(entry["inbox"], moment)
        strict = then is not None and then.value["send_approved_only"]
        seen = [file for file in same if file.asked["ms"] <= moment]
        approved = [file for file in seen if file.approved is not None and file.approved <= moment]
        key = entry["inbox"], entry["agent"], entry["name"]
        if strict:
            file = _of_inbox(ledger, files, entry["inbox"], moment, seen)
            named = (None, None) if file is None else (file.file["name"], file.body["version"])
            wrong[*key, *named, _was(file, moment) if content else NO_CONTENT].append(moment)
            continue
        gone = [file for file in approved if file.replaced is not None and file.replaced <= moment]
        newest = {file.file["document"] for file in approved if file not in gone}
        gone = [file for file in gone if file.file["document"] not in newest]
        if gone:
            file = _of_inbox(ledger, files, entry["inbox"], moment, gone)
            assert file is not None
            old[*key, file.file["name"], file.body["version"], file.state(moment, moment)].append(moment)
            continue
        if not content and any(file.approved is not None and file.approved <= moment for file in files):
            nameless[*key, None, None, NO_CONTENT].append(moment)
        lasting = {file.file["document"] for file in approved if file.lasts(moment)}
        over = [file for file in approved if file.file["document"] not in lasting]
        over = [file for file in over if file.state(moment, moment) in ("retired", "expired")]
        if over:
            file = max(over, key=lambda file: (file.seq, -file.place))
            old[*key, file.file["name"], file.body["version"], file.state(moment, moment)].append(moment)
        elif then is None and not (
            content == "" and any(f.approved is not None and f.approved <= moment for f in files)
        ):
            other = [
                version for number in ledger.names if number != entry["inbox"]
                and (ledger.names[number] == ledger.names[entry["inbox"]] or any(
                    event["kind"] == "inbox-rename" and event["body"]["inbox"] == number and event["ms"] > moment
                    for event in ledger.events))
                and (version := ledger.setting(number, moment)) is not None and version.value["send_approved_only"]
            ]  # fmt: skip
            if other:
                unjudged[*key, None, None, ANOTHER].append(moment)

    def rows(state: str, groups: dict[Any, list[int]]) -> list[Any]:
        words = ("not in the library", "expired", "for other inboxes", "replaced", "waited for approval", "retired",
                 "approved for a later time", NO_CONTENT, ANOTHER)  # fmt: skip
        codes = (
            "none",
            "expired",
            "other-inbox",
            "replaced",
            "proposed",
            "retired",
            "approved-later",
            "unknown",
            "not-judged",
        )
        ranked = sorted(groups.items(), key=lambda pair: (
            -len(pair[1]), ledger.names[pair[0][0]], pair[0][0], first_null(*pair[0][1:5]),
            codes[words.index(pair[0][5])]))  # fmt: skip
        return [(state, document, version, name, ledger.called(inbox), *[None] * 9, len(moments), text(min(moments)),
                 text(max(moments)), agent, was)
                for (inbox, agent, name, document, version, was), moments in ranked]  # fmt: skip

    return (rows("not-approved", wrong), rows("outdated", old), rows("unknown", nameless), rows("not-judged", unjudged),
            allowed, sent)  # fmt: skip


NEVER = [column[0] for column in LIBRARY].index("last")
"""Where a row says when it was sent last, which may be never."""


def library(ledger: Ledger, scope: Scope) -> Said:
    files = library_files(ledger)
    wrong, old, nameless, unjudged, allowed, sent = _outside(ledger, scope, files)
    found: dict[str, list[Any]] = {"approved": [], "no-inbox": [], "approved-later": [], "proposed": [], "ended": []}
    for file in sorted(files, key=lambda file: (file.file["name"], file.seq, file.place)):
        moments = sent[file.seq, file.place]
        state = file.state(scope.now)
        state = state if state in found else "ended"
        ends = [(file.retired, 0, "retired"), (file.replaced, 1, "replaced"), (file.body["expires"], 2, "expired")]
        over = min([each for each in ends if each[0] is not None], default=None)
        if (state == "ended" and not moments) or (
            state in ("approved-later", "proposed") and file.asked["ms"] > scope.now
        ):
            continue
        if state == "proposed" or (state != "ended" and over is not None and over[2] == "expired"):
            over = None
        then = over[0] - 1 if state == "ended" else max(scope.now, file.approved or 0)
        everywhere = not file.body["inboxes"] and not file.body["tags"]
        lasts = state in ("approved", "ended") or file.lasts(then)
        boxes = [n for n in ledger.names if lasts and file.reaches(ledger, n, then)]
        everywhere = everywhere and lasts
        whose = None
        if state == "approved" and not (everywhere or boxes):
            state = "no-inbox"
        if state in ("approved", "no-inbox", "approved-later"):
            asked = everywhere or any(ledger.called(n) in scope.inboxes for n in boxes)
            if scope.inboxes and not moments and not asked:
                continue
        if state != "proposed":
            whose = "every inbox" if everywhere else ", ".join(sorted(map(ledger.called, boxes))) or "no inbox"
        ended, how = (text(over[0]), over[2]) if over is not None else (None, None)
        ends, agreed = file.body["expires"], file.agreed
        found[state].append((
            state, file.file["name"], file.body["version"], file.file["path"], whose, None if ends is None else text(ends),
            ended, how,
            file.asked["actor"], text(file.asked["ms"]), agreed and agreed["actor"], agreed and text(agreed["ms"]),
            text(agreed["wall"]) if agreed and abs(agreed["wall"] - agreed["ms"]) > 300_000 else None,
            file.two_people(), len(moments), text(min(moments)) if moments else None,
            text(max(moments)) if moments else None, None, None,
        ))  # fmt: skip
    soon = text(scope.now + 30 * DAY)
    ending = [row for row in found["approved"] if any(each is not None and each <= soon for each in row[5:7])]
    lasting = [row for row in found["approved"] if row not in ending]
    live = "document version inboxes expires approved_by two_people sent last file"
    both = live.replace("expires", "expires ended how")
    sent_columns = "document version file inboxes agent was sent first last"
    blocks = []
    for caption, keys, rows in (
        ("Approved, and ends within 30 days", both if any(row[6] for row in ending) else live, ending),
        ("Approved", both if any(row[6] for row in lasting) else live, lasting),
        ("Approved, and for no inbox: nobody may send it", live, found["no-inbox"]),
        (
            "Approved for later",
            "document version inboxes approved expires approved_by two_people file",
            found["approved-later"],
        ),
        ("Waits for approval", "document version proposed_by proposed expires file", found["proposed"]),
        ("Sent while it was approved, and ended since", live.replace("expires", "ended how"), found["ended"]),
        ("Sent and not approved, where only approved files may be sent", sent_columns, wrong),
        ("Sent and outdated, where any file may be sent", sent_columns, old),
        (
            "Sent without a sha256, where any file may be sent: nobody knows what it was",
            "file inboxes agent sent first last",
            nameless,
        ),
        ("Sent when another inbox had the name and asked for approved files: not judged",
         "file inboxes agent sent first last", unjudged),
    ):  # fmt: skip
        if "approved_by" in keys.split() and any(row[12] for row in rows):
            shown = ("recorded",) if "approved" in keys.split() else ("approved", "recorded")
            keys = keys.replace("approved_by", " ".join(("approved_by", *shown)))
        columns, places = only(LIBRARY, keys)
        if rows:
            blocks.append(("table", caption, columns, [
                tuple("never" if place == NEVER and row[place] is None else row[place] for place in places)
                for row in rows]))  # fmt: skip
    most: Counter[str] = Counter()
    let_pass = [*found["approved"], *found["no-inbox"], *found["ended"]]
    for row in let_pass:
        most[f"{row[1]} {row[2]}"] += row[14]
    ranked = sorted(((-number, name) for name, number in most.items() if number))
    top = [(name, -number) for number, name in ranked[:8]]
    figures = []
    if top:
        figures.append(bars("What was sent most?", top,
                            f"most: {top[0][0]}, {many(top[0][1], 'file')}{cut(len(ranked), len(top), 'version')}"))  # fmt: skip
    of_rows = sum(row[14] for row in let_pass)
    told = f" (the rows count {of_rows:,}: what two of them cover counts in both)" if of_rows != allowed["all"] else ""
    nobody = f" {len(found['no-inbox']):,} more for no inbox;" if found["no-inbox"] else ""
    later = f" {len(found['approved-later']):,} approved for later;" if found["approved-later"] else ""
    bad, late, unknown, left = (sum(row[14] for row in rows) for rows in (wrong, old, nameless, unjudged))
    return Said(
        "Approved library", "What may be sent, by whom was it approved, and what was sent that is none of it?", LIBRARY,
        [*found["approved"], *found["no-inbox"], *found["approved-later"], *found["proposed"], *found["ended"], *wrong, *old, *nameless, *unjudged],
        f"{many(len(found['approved']), 'file')} approved, of which {len(ending):,} {'ends' if len(ending) == 1 else 'end'}"
        f" by {soon[:10]};{nobody}{later} {len(found['proposed']):,} waiting; sent: {allowed['all']:,} approved{told}, {bad:,} not approved where only"
        f" approved files may be sent, {late:,} outdated elsewhere"
        + (f", {unknown:,} without a sha256 elsewhere, of which nobody knows" if unknown else "")
        + (f"; {left:,} not judged, when another inbox had the name" if left else ""),
        "Nothing is approved, nothing waits for approval, and nothing was sent that should have been approved.",
        {"approved": len(found["approved"]), "documents": len({row[1] for row in found["approved"]}),
         "ending": len(ending), "no_inbox": len(found["no-inbox"]), "waiting": len(found["proposed"]), "sent": allowed["all"], "not_approved": bad,
         "outdated": late, "unknown": unknown, "not_judged": left},
        figures, blocks,
    )  # fmt: skip


REPORTS = {"library": library, "shared": shared, "attempts": attempts, "senders": senders, "storage": storage, "settings": settings,
           "coverage": coverage, "retention": retention}  # fmt: skip
