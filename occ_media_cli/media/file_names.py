"""File names that make a file look like something else."""

from __future__ import annotations

import re
import unicodedata

from occ_media_cli.media.foreign import NAMED
from occ_media_cli.media.types import BY_TYPE, extension_of, type_of_extension
from occ_media_cli.store.actor_names import latin_lookalike

_PROGRAMS = frozenset((
    "ade", "adp", "apk", "app", "appx", "bat", "bin", "cmd", "com", "cpl", "dll", "dmg", "elf", "exe", "hta", "inf",
    "ins", "iso", "jar", "js", "jse", "lnk", "mde", "msc", "msi", "msp", "mst", "pif", "pkg", "ps1", "psm1", "py", "rb",
    "reg", "run", "scr", "sct", "sh", "sys", "url", "vb", "vbe", "vbs", "wsc", "wsf", "wsh", "xll",
))  # fmt: skip
EXECUTABLE = frozenset((
    "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "jar", "js", "jse", "lnk", "msi", "pif", "ps1", "scr", "vbe",
    "vbs", "wsf",
))  # fmt: skip
"""Extensions of what runs when it is opened, in a file name as in an archive."""

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
# Not what `actor_names.is_invisible` says: the selectors of an emoji and the joiners of Persian are in honest names.
_INVISIBLE = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
)
_DOTS = frozenset("\u2024\ufe52\uff0e\u3002\uff61\ua4f8\u0701")
_PUSHED = re.compile(r"\s{3,}\.?\w{1,5}$|\.\s+\w{1,5}$")
_WORD = re.compile(r"[^\W\d_]+")
_ALSO = {"\u0432": "b", "\u043d": "h", "\u03b5": "e"}
"""Letters that look like another one in the extension of a file, and in no name of a person."""

LONGEST = 255
"""Bytes of a name that common file systems hold."""


def bare_name(stated: str | None) -> str | None:
    """The last part of a path in the form of any system, without control characters; None where nothing is left."""
    if not stated:
        return None
    shown = stated
    if not stated.isprintable():  # most names are, and to look at each letter costs an ingest a tenth of its time
        shown = "".join(letter for letter in stated if unicodedata.category(letter) != "Cc")
    last = shown.replace("\\", "/").rstrip("/").rpartition("/")[2].strip()
    return None if last in ("", ".", "..") else last


def is_known_extension(extension: str) -> bool:
    """Whether an extension, in lower case, is that of a type or a program which the tables here name."""
    return extension in NAMED or extension in _PROGRAMS


def deceptive(name: str) -> str | None:
    """Why a name deceives, in words that end a sentence, or None. `name` is the last part of a path."""
    base = name.rpartition("/")[2]
    return _characters(base) or _shape(base) or _letters(base)


def _characters(base: str) -> str | None:
    if base.isascii() and base.isprintable():
        return None
    for letter in base:
        if letter in _BIDI:
            return f"it has a character that turns the direction of writing (U+{ord(letter):04X})"
        if letter in _INVISIBLE and letter not in "\u200c\u200d":
            return f"it has an invisible character (U+{ord(letter):04X})"
        if letter < " " or "\x7f" <= letter <= "\x9f" or letter in "\u2028\u2029":
            return f"it has a control character (U+{ord(letter):04X})"
    if any(letter in base.rpartition(".")[2] for letter in "\u200c\u200d"):
        return "its extension has an invisible character"
    return None


def _shape(base: str) -> str | None:
    if base.endswith((".", " ", "\u00a0", "\u3000")):
        return "it ends with a dot or a space, which some systems drop"
    if "::$" in base.upper():
        return "it names a hidden stream (::$DATA)"
    if "%" in base and ("%00" in base or "%0a" in base.lower() or "%2f" in base.lower()):
        return "it has an encoded control character or slash"
    if len(base) * 4 > LONGEST and len(base.encode("utf-8", "surrogateescape")) > LONGEST:
        return f"it is longer than {LONGEST} bytes"
    if " " in base and _PUSHED.search(base):
        return "blanks push its extension out of sight"
    parts = [part.strip().casefold() for part in base.split(".")]
    if len(parts) >= 3:
        inner, last = parts[-2], parts[-1]
        if last in _PROGRAMS and type_of_extension(inner):
            return f"it has two extensions and the last is a program's (.{inner}.{last})"
        if inner in EXECUTABLE and type_of_extension(last) and last != "txt":
            return f"it has two extensions and the inner is a program's (.{inner}.{last})"
    return None


def _letters(base: str) -> str | None:
    if base.isascii():
        return None
    extension = extension_of(base)
    plain = "".join(_latin_for(letter) or letter for letter in unicodedata.normalize("NFKC", extension)).casefold()
    if plain != extension and (type_of_extension(plain) or plain in BY_TYPE or plain in _PROGRAMS):
        return f"its extension only looks like .{plain}"
    for dot in _DOTS:
        if type_of_extension(base.rpartition(dot)[2].casefold()) and dot in base:
            return f"it has a character that only looks like a dot (U+{ord(dot):04X})"
    for word in _WORD.findall(base):
        if not word.isascii():
            latin = any(letter.isascii() for letter in word)
            alike = [letter for letter in word if _latin_for(letter) is not None]
            foreign = sum(not letter.isascii() and not _latin(letter) for letter in word)
            if latin and alike and len(alike) == foreign:
                return f"it mixes letters that look alike (U+{ord(alike[0]):04X} among Latin ones)"
    return None


def _latin_for(letter: str) -> str | None:
    """The Latin letter that a letter of another script looks like; which do is asked of the one home of that."""
    return _ALSO.get(letter) or latin_lookalike(letter)


def _latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN")
