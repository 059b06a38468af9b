"""Pseudonyms: customers, agents and everything that may hold a name, as keyed hashes, the same with the same key."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from occ_media_cli import times
from occ_media_cli.audit.pseudonyms.known_people import KnownPeople, telling
from occ_media_cli.errors import UsageError
from occ_media_cli.media.file_names import is_known_extension
from occ_media_cli.media.foreign import MEDIA_TYPES
from occ_media_cli.store import other_stores
from occ_media_cli.store.customer_ids import canonical_customer, plain_text

if TYPE_CHECKING:
    from occ_media_cli.audit.engines.interface import RuleSource
    from occ_media_cli.store.locate import Location

SHORTEST_KEY = 16
"""Bytes of a key: fewer could be guessed, and with the key every telephone number can be tried."""

LARGEST_KEY = 65_536

PEOPLE = frozenset({"agent", "changed_by", "changed_by_user", "flagged_by", "verified_by", "owner", "actor", "os_user",
                    "setting_by", "approved_by", "proposed_by", "retired_by", "requested_by", "requested_user",
                    "approved_user", "shared_user", "switched_by"})  # fmt: skip
"""Columns that name a person of the centre: one person has one pseudonym in all of them."""

FILES = frozenset({"name", "path"})
"""Columns that are file names: an extension that is a known one stays."""

TYPES = frozenset({"declared", "detected", "type", "extension", "says", "is_type"})
"""Columns of extensions and media types, which others wrote as well: names may stand in them."""

OTHERS: Mapping[str, str] = {"customer": "customer", "canonical_customer": "customer", "conversation": "conversation",
                             "entry": "entry", "id": "entry", "suppressed_entry": "entry", "fingerprint": "finding",
                             "host": "host"}  # fmt: skip

NAMED = PEOPLE | FILES | OTHERS.keys()
"""All columns that hold a name and nothing else."""

KEPT = frozenset({"inbox", "source", "direction", "outcome", "category", "severity", "rule", "suppressed_rule", "kind",
                  "section", "sha256", "md5", "time", "deleted", "expires", "by"})  # fmt: skip
"""Columns of words of our own, hashes and times, and the names of inboxes, without which a report says nothing."""

CANNOT = (
    "Customers, conversations, agents and actors are pseudonyms. Free texts were searched for all who are on record,"
    " whatever the case of letters and the grouping of digits, and for file names and ids of all entries; ids of"
    " WhatsApp, extensions that nobody knows and parameters of media types are hidden always."
    " What a text says of somebody in other words, a name with a slip, and whoever was erased before, cannot be found;"
    " numbers of fewer than four digits are not looked for, and names of inboxes stay."
)
"""The words of a report about its pseudonyms, and about the names that they cannot hide."""

STAYS = (
    " What finds a file again for whoever has it, or has the platform's own log, stays as it is: sha256 and md5, sizes,"
    " and times to the millisecond. Coarse pseudonyms hide these too."
)
COARSE = (
    " Contents are pseudonyms too; sizes are rounded to two digits, and times of files and changes down to their hour."
    " Types, inboxes, hours and counts stay: together they may still single out somebody of whom enough is known"
    " otherwise."
)
"""The words about what re-identifies, without and with coarse pseudonyms."""

CONTENTS = frozenset({"sha256", "md5", "link"})
SIZES = frozenset({"size", "bytes", "stored"})
MOMENTS = frozenset({
    "time_ms", "wall_ms", "deleted_ms", "due_ms", "gone_ms", "flagged_ms", "kept_until_ms", "last_ms", "left_ms",
    "wait_ms", "verified_ms", "before_ms", "made_ms", "time", "deleted", "removed", "first", "last",
})  # fmt: skip
"""Columns that coarse pseudonyms hide: of what a file is, how large, and when something happened to it."""

_HOUR = times.DAY // 24
_DIGEST = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})(?![0-9A-Za-z])")

SHORTEST = 4
"""Characters from which on a name is also found inside of other words: IMG16505551234."""


_PLATFORM_ID = re.compile(r"wamid\.[\w+/-]*\w=*|(?<![^\W_])HBg[A-Za-z0-9+/_-]{12,}=*", re.IGNORECASE)
"""An id of WhatsApp, which holds the telephone number in base64: it is hidden whether it is on record or not."""

_MEDIA_TYPE = re.compile(
    r"(?:application|audio|chemical|font|image|message|model|multipart|text|video)/([a-z0-9][a-z0-9!#$&^_.+-]{0,126})"
)
_TREES = ("vnd.", "prs.", "x.", "x-")
"""How a subtype begins in which points are no extension."""

_PSEUDONYM = re.compile(r"[a-z]+-[0-9a-f]{16}(\.[A-Za-z0-9]{1,5})?")


def is_pseudonym(text: str) -> bool:
    """Whether a text reads as a name that a veil gave, and nothing else."""
    return _PSEUDONYM.fullmatch(text) is not None


class Veil:
    """Puts pseudonyms in the place of names, in their columns and in every free text.

    In the texts of a row the row's own names are found wherever they stand. Names of other people are found, as whole
    words, once the veil has learned the names of a ledger. coarse: what finds a file again (its hashes, its size, its
    milliseconds) is hidden too.
    """

    def __init__(self, key: bytes, *, coarse: bool = False) -> None:
        self._key = key
        self.coarse = coarse
        self._known: KnownPeople | None = None

    @property
    def cannot(self) -> str:
        """What it cannot hide, and what finds somebody again."""
        return CANNOT + (COARSE if self.coarse else STAYS)

    def learn(self, source: RuleSource) -> None:
        """Learn the names of this ledger, to find them in free texts from now on."""
        self._known = None
        known = KnownPeople(source)
        self._known = known  # who is whom has to be known before anybody has a pseudonym
        known.learn(source, lambda kind, name: self.file(name) if kind == "file" else self.name(kind, name))

    def name(self, kind: str, value: object) -> str:
        """`agent-5f3c…`: 16 hex digits of a keyed hash of the kind and the value; of a customer, of the key of the
        person, whatever the spelling."""
        if kind == "customer":
            text = str(value)
            value = canonical_customer(text) if self._known is None else self._known.find_person(text)
        data = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
        return f"{kind}-{hmac.digest(self._key, data, 'sha256').hex()[:16]}"

    def value(self, column: str, value: Any) -> Any:
        """The value of a column, or its pseudonym where it may name a person."""
        if value is None:
            return None
        if self.coarse and column in CONTENTS | SIZES | MOMENTS:
            return self._coarsened(column, value)
        if column in PEOPLE:
            return self.name("agent", value)
        if column in OTHERS:
            return self.name(OTHERS[column], value)
        if column in FILES:
            return self.file(str(value))
        if column in TYPES and isinstance(value, str):
            return self.media_type(value)
        return self.text(value) if isinstance(value, str) and column not in KEPT else value

    def _coarsened(self, column: str, value: Any) -> Any:
        if column in CONTENTS:
            return self.name("content", str(value).lower()) if value else value
        if isinstance(value, int):
            return value - value % _HOUR if column in MOMENTS else rounded(value)
        try:
            moment = times.parse(value) if column in MOMENTS else None
        except (ValueError, TypeError, OverflowError):
            moment = None
        return value if moment is None else times.text(moment - moment % _HOUR)

    def file(self, name: str) -> str:
        """A file name as a pseudonym. What stands behind its last dot stays if it is an extension and no name."""
        extension = name[name.rfind(".") :] if "." in name else ""
        kept = extension if len(extension) <= 6 and is_known_extension(extension[1:].casefold()) else ""
        return self.name("file", name) + (kept if self.text(kept) == kept else "")

    def media_type(self, value: str, own: Sequence[tuple[str, str]] = ()) -> str:
        """An extension or a media type, without parameters (`name="…"`); one that nobody knows is a pseudonym."""
        bare = plain_text(value).partition(";")[0].strip()
        known = bare.casefold()
        if is_known_extension(known) or known in MEDIA_TYPES:
            return bare
        form = _MEDIA_TYPE.fullmatch(known)
        if form is None or (is_known_extension(known.rpartition(".")[2]) and not form[1].startswith(_TREES)):
            return self.name("type", value)
        return self.text(bare, own)

    def text(self, text: str, own: Sequence[tuple[str, str]] = ()) -> str:
        """A free text with pseudonyms. own: names to find wherever they stand, with their pseudonyms.

        The reason of a flag or a hold has the names of its entry too, wherever it stands. A text is read in plain
        characters, and where it has percent signs once more as it is read in a link. One that names nobody stays as it
        is.
        """
        if self.coarse:
            text = _DIGEST.sub(lambda match: self.name("content", match[0].lower()), text)
        about = self._known.entries_of(text) if self._known is not None and text else ()
        if about:
            own = sorted({*own, *self.own(*about)}, key=lambda pair: (-len(pair[0]), pair))
        plain = plain_text(text)
        found = self._hide(plain, own)
        if "%" in found:
            read = plain_text(unquote(found))
            hidden = self._hide(read, own)
            if hidden != read:
                return hidden
        return text if found == plain else found

    def _hide(self, text: str, own: Sequence[tuple[str, str]]) -> str:
        """The same of a text in plain characters."""
        for index, (name, pseudonym) in enumerate(own):
            if len(name) <= len(text) and (not text.isascii() or name.lower() in text.lower()):
                edges = ("", "") if len(name) >= SHORTEST else (r"(?<![^\W_])", r"(?![^\W_])")
                parts = re.split(f"{edges[0]}{re.escape(name)}{edges[1]}", text, flags=re.IGNORECASE)
                if len(parts) > 1:  # a pseudonym is never searched again
                    return pseudonym.join(self._hide(part, own[index + 1 :]) for part in parts)
        made, done = list[str](), 0
        for found in _PLATFORM_ID.finditer(text):
            made += [self._of_others(text[done : found.start()]), self.name("entry", found[0])]
            done = found.end()
        return "".join([*made, self._of_others(text[done:])])

    def _of_others(self, text: str) -> str:
        return self._known.text(text) if self._known is not None and text else text

    def own(self, *rows: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The names that rows hold, in plain characters, the longest first, with their pseudonyms."""
        found: dict[str, str] = {}
        # A person comes before a file of that name.
        pairs = (pair for row in rows for pair in row.items())
        for column, value in sorted(pairs, key=lambda pair: pair[0] in FILES):
            if value is None or column not in NAMED:
                continue
            name, pseudonym = plain_text(str(value)), self.value(column, value)
            found.setdefault(name, pseudonym)
            if column in FILES:
                base = name[name.rfind("/") + 1 :]
                stem = base[: base.rfind(".")] if "." in base[1:] else base
                found |= {part: pseudonym for part in (base, stem) if len(part) >= SHORTEST and part not in found}
        told = [(name, pseudonym) for name, pseudonym in found.items() if telling(name)]
        return sorted(told, key=lambda pair: (-len(pair[0]), pair))

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row with pseudonyms."""
        own = self.own(row)
        return {
            column: self.media_type(value, own)
            if isinstance(value, str) and column in TYPES
            else self.text(value, own)
            if isinstance(value, str) and column not in KEPT and column not in NAMED and column not in MOMENTS
            else self.value(column, value)
            for column, value in row.items()
        }


def rounded(size: int) -> int:
    """A size with two digits: 34,567 bytes are 35,000.

    >>> rounded(34_567), rounded(99), rounded(0)
    (35000, 99, 0)
    """
    return round(size, 2 - len(str(abs(size)))) if abs(size) >= 100 else size


def from_file(path: str, *, coarse: bool = False, location: Location | None = None) -> Veil:
    """The veil of a key file, which may be coarse; UsageError where it is unreadable or too short, or is no secret: a
    part of a store, which readers of a report may have too, and which changes. location: the store that is read.

    A newline at its end is no part of the key.
    """
    part = other_stores.part_in_words(Path(path), location)
    if part is not None:
        raise UsageError(f"the key file '{path}' {part}, and no key", hint="head -c 32 /dev/urandom > key makes one")
    try:
        with Path(path).open("rb") as stream:
            key = stream.read(LARGEST_KEY + 1).strip(b"\r\n")
    except (OSError, ValueError) as problem:
        reason = problem.strerror.lower() if isinstance(problem, OSError) and problem.strerror else "no file name"
        raise UsageError(
            f"the key file '{path}' cannot be read: {reason}", hint="head -c 32 /dev/urandom > key makes one"
        ) from None
    if not SHORTEST_KEY <= len(key) <= LARGEST_KEY:
        raise UsageError(
            f"the key file '{path}' has {len(key):,} bytes; a key has {SHORTEST_KEY} to {LARGEST_KEY:,}",
            hint="head -c 32 /dev/urandom > key makes one",
        )
    return Veil(key, coarse=coarse)
