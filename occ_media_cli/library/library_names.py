"""Names of documents and labels of versions: what one may be, and when two are one."""

from __future__ import annotations

import re
import unicodedata

from occ_media_cli.errors import UsageError
from occ_media_cli.media.file_names import deceptive
from occ_media_cli.store.actor_names import latin_lookalike
from occ_media_cli.store.free_texts import ERASED

LONGEST_NAME = 200
"""Code points of a name; the documents of a folder have its name and their way below it."""

LONGEST_VERSION = 64
"""Code points of the label of a version."""

_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
"""Categories of characters that show nothing, turn a line round or break it."""


def key_of(name: str) -> str:
    """What two names share that are one: they differ in letter case or Unicode form alone."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def is_erased(name: str) -> bool:
    """Whether a name is what a document is called whose own an erasure took; nothing can be proposed under it."""
    return name.startswith(ERASED[:-1])


def name_of(text: str, what: str, longest: int = LONGEST_NAME) -> str:
    """A name in NFC; ValueError, in words that follow `what`, where it may not be one.

    what: the name of a document, a version. A name that begins as an erased one is called would be taken for it.
    """
    name = unicodedata.normalize("NFC", text)
    if not name:
        raise ValueError(f"{what} is empty")
    if len(name) > longest:
        raise ValueError(f"{what} has {len(name)} characters; {longest} are the most")
    if name != name.strip() or any(part != part.strip() or part in ("", ".", "..") for part in name.split("/")):
        raise ValueError(f"{what} '{name}' has a space or a / at an end, or a part of it is empty")
    if any(unicodedata.category(character) in _UNSEEN for character in name):
        raise ValueError(f"{what} has a character that nobody sees")
    if is_erased(name):
        raise ValueError(f"{what} '{name}' is what erased ones are called")
    if deceptive(name.rpartition("/")[2]):
        raise ValueError(f"{what} deceives: {deceptive(name.rpartition('/')[2])}")
    return name


def document_name(text: str) -> str:
    """The name of a document or of several together; UsageError where it may not be one."""
    return _named(text, "the name of a document", LONGEST_NAME, "a name like price-list")


def version_label(text: str) -> str:
    """The label of a version; UsageError where it may not be one."""
    if "/" in text:
        raise UsageError(f"the version '{text}' has a /; nothing was changed", hint="a version like 2026-11")
    label = _named(text, "the version", LONGEST_VERSION, "a version like 2026-11")
    if letter := _false_digit(label):
        raise UsageError(
            f"the version deceives: it has a character that only looks like a digit (U+{ord(letter):04X}); nothing was"
            " changed", hint="a version like 2026-11",
        )  # fmt: skip
    return label


def _false_digit(label: str) -> str | None:
    """A character among plain digits that is read as one of them: a letter of another script, or a digit of another
    width. Whoever writes all digits of a version so reads them so."""
    for word in re.findall(r"\w+", label):
        if not word.isascii() and re.search("[0-9]", word):
            for letter in word:
                other_width = letter.isdecimal() and unicodedata.normalize("NFKC", letter) != letter
                if other_width or (latin_lookalike(letter) or "-") in "OoIil":
                    return str(letter)
    return None


def _named(text: str, what: str, longest: int, hint: str) -> str:
    try:
        return name_of(text, what, longest)
    except ValueError as problem:
        raise UsageError(f"{problem}; nothing was changed", hint=hint) from None
