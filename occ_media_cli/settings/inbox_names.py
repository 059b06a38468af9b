"""What may be a name, and the nearest one to a name that is not there."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable

from occ_media_cli.errors import NotFound, Slip
from occ_media_cli.report.unknown_name import slip_of_name, unknown_name
from occ_media_cli.report.words import all_of, nearest, question

LONGEST_NAME = 64
"""Code points in an inbox name, after NFC."""

LONGEST_WORD = 128
"""Code points in the name of an agent, a rule or a channel profile."""

RESERVED = "default"
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def normal(text: str) -> str:
    """A name as it is kept: NFC."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def inbox_name(text: str) -> str:
    """The name in NFC; ValueError, in words for people, where it may not be one."""
    name = normal(text)
    if not name:
        raise ValueError("an inbox name is empty")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"an inbox name has {len(name)} characters; {LONGEST_NAME} are the most")
    if name != name.strip():
        raise ValueError(f"inbox name '{name}' begins or ends with a space")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in _BIDI for character in name):
        raise ValueError("an inbox name has a control character")
    if name == RESERVED:
        raise ValueError("'default' is no inbox name: it stands for every inbox")
    return name


def no_inbox(name: str, known: Iterable[str], file: str, *, now: str | None = None) -> NotFound:
    """The error for an inbox that is not there: what it is called now, else the nearest name, or up to five."""
    there = sorted(known)
    if now in there:  # one that was taken out of the document by hand has its name on record still
        return NotFound(
            f"no inbox '{name}', it is called '{now}' now",
            file=file,
            hint="use its name",
            topic=("renamed", now),
            slip=Slip(name, (now,)),
        )
    topic = ("inboxes", all_of(len(there))) if there else ("first-inbox",)
    hint = "name one that is there, or add it first"
    return unknown_name(f"no inbox '{name}'", name, there, file=file, hint=hint, topic=topic)


def is_glob(text: str) -> bool:
    """Whether a text may stand for several names: `retail-*`, `lab-?`, `shop-[a-c]`."""
    return any(character in text for character in "*?[")


def expanded(asked: Iterable[str], known: Collection[str], file: str) -> list[str]:
    """The names that some words stand for, each once and as it is kept, in the order of the words.

    A word is a name, and only where no inbox has it a glob: `retail-*` is every inbox whose name begins so. What is
    neither a name that is there nor a glob stays, for the caller to judge. NotFound for a glob that matches nothing.
    """
    found: list[str] = []
    for name in map(normal, asked):
        found += matching(name, known, file) if is_glob(name) and name not in known else [name]
    return list(dict.fromkeys(found))


def matching(glob: str, known: Iterable[str], file: str) -> list[str]:
    """The names that a glob is about, in byte order; capitals count. NotFound where there is none, with what is near:
    the glob as it should be, where its beginning is mistyped, else names to choose from."""
    from fnmatch import fnmatchcase

    there = sorted(known)
    found = [name for name in there if fnmatchcase(name, glob)]
    if found:
        return found
    what = f"no inbox matches '{glob}'"
    topic = ("inboxes", all_of(len(there))) if there else ("first-inbox",)
    hint = "name one that is there, or add it first"
    size = min(glob.find(sign) for sign in "*?[" if sign in glob)
    starts = {name[:size] for name in there}
    near = [
        start + glob[size:]
        for start in starts
        if start != glob[:size] and any(fnmatchcase(name, start + glob[size:]) for name in there)
    ]
    meant = nearest(glob, near) if size else None
    if meant is not None:
        raise NotFound(what + question(meant), file=file, hint=hint, topic=topic, slip=slip_of_name(glob, near))
    raise unknown_name(what, glob, there, file=file, hint=hint, topic=topic)
