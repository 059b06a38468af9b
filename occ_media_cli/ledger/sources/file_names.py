"""The name that a file gets which a message brings: the sender's, that of its link, or one made of the id."""

from __future__ import annotations

import unicodedata
from urllib.parse import unquote, urlsplit

LONGEST_ENDING = 8

_SLASHES = str.maketrans("\\", "/")


def clean_name(text: str) -> str | None:
    """A stated name without folders and characters that control; None where nothing is left. Of a link only its path
    counts: what stands behind it may be a token."""
    if "://" in text:
        return name_of_link(text)
    last = text.translate(_SLASHES).rpartition("/")[2]
    if not last.isprintable():
        last = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cs"))
    last = last.strip()
    return None if last in ("", ".", "..") else last


def name_of_link(link: str) -> str | None:
    """The last part of a link's path, without percent signs, where it has an ending."""
    try:
        path = urlsplit(link).path
    except ValueError:  # of a host that is none
        return None
    name = clean_name(unquote(path.rpartition("/")[2]))
    return name if name is not None and "://" not in name and has_ending(name) else None


def has_ending(name: str) -> bool:
    """Whether a text ends as the name of a file does: a dot, and letters and digits behind it of which one is a
    letter."""
    before, dot, last = name.rpartition(".")
    return bool(
        dot and before.strip(" .") and len(last) <= LONGEST_ENDING and last.isascii() and last.isalnum()
        and not last.isdigit()
    )  # fmt: skip


def name_of_id(identity: str, ending: str | None) -> str:
    """The name of a file that came without one."""
    return f"{identity}.{ending}" if ending else identity
