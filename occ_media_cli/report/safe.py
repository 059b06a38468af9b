r"""Untrusted text, made safe for one sink each.

Every name, message and id comes from an attacker. A format passes each value through the function of its sink, once,
at the last moment; nothing else in the package escapes text but `report.csv_cells`, the sink that is read back.

People's sinks show what cannot be seen, or what changes how the rest is seen, as an escape: `\x1b`, `\n`, `\u202e`.
Programs' sinks (json, uri) keep every character and encode it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Pattern

    from occ_media_cli.report.json_types import Json

_SHORT = {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"}

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, bidi and zero-width format characters, lone surrogates, line and paragraph separators."""

_HIDDEN_RANGES = (
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x115F, 0x1160),  # Hangul fillers: letters without a picture
    (0x17B4, 0x17B5),  # Khmer inherent vowels, the same
    (0x180B, 0x180F),  # Mongolian variation selectors
    (0x2065, 0x2065),  # reserved beside the bidi isolates
    (0x2800, 0x2800),  # empty Braille cell
    (0x3164, 0x3164),
    (0xFFA0, 0xFFA0),
    (0xFDD0, 0xFDEF),  # no characters at all; XML parsers may refuse them
    (0xFFF0, 0xFFF8),
    (0xE0000, 0xE0FFF),  # tags and variation selectors that can carry hidden text
)
"""What Unicode calls default-ignorable or a noncharacter and its category does not tell."""


class _Visible(dict[int, str]):
    """A table for `str.translate` that decides on each character once."""

    def __missing__(self, code: int) -> str:
        hidden = (
            unicodedata.category(chr(code)) in _HIDDEN_CATEGORIES
            or any(low <= code <= high for low, high in _HIDDEN_RANGES)
            or code & 0xFFFE == 0xFFFE
        )
        if not hidden:
            shown = chr(code)
        elif code <= 0xFF:
            shown = _SHORT.get(code, f"\\x{code:02x}")
        else:
            shown = f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
        self[code] = shown
        return shown


_VISIBLE = _Visible()


def terminal(text: str) -> str:
    r"""Text for a terminal or a plain-text file: one line, no control, bidi, zero-width or invisible character.

    They are shown as `\x1b`, `\u202e`. No colour code, no line break and no cursor move can come out of it.
    """
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_VISIBLE)


_ZWNJ, _ZWJ = "\u200c", "\u200d"
_VIRAMA = 9
"""The combining class of the signs that join Indic letters."""


def prose(text: str) -> str:
    r"""What people wrote to be read, such as a message for customers, for a screen that shows any script: as `terminal`
    has it, with the joiners that shape its words and pictures as they are.

    A joiner stays between Arabic letters, behind the sign that joins Indic ones, and one that joins pictures between
    these; anywhere else it is hidden text and shown as `\u200c`. Marks and isolates of direction, which reorder what
    is read, are shown in any case. Names have `terminal`: two that differ in a joiner alone must not look alike.
    """
    if _ZWNJ not in text and _ZWJ not in text:
        return terminal(text)
    rows = []
    for place, character in enumerate(text):
        joins = character in (_ZWNJ, _ZWJ) and 0 < place < len(text) - 1
        rows.append(character if joins and _is_joined(text, place) else terminal(character))
    return "".join(rows)


def _is_joined(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place + 1]
    start = place - 1
    while start > 0 and unicodedata.category(text[start]) == "Mn" and unicodedata.combining(text[start]) != _VIRAMA:
        start -= 1  # the marks of a letter, and what asks for the picture of a sign
    letter = text[start]
    if unicodedata.bidirectional(letter) == unicodedata.bidirectional(after) == "AL":
        return True
    if unicodedata.combining(before) == _VIRAMA and unicodedata.category(after).startswith("L"):
        return True
    pictures = unicodedata.category(letter) in ("So", "Sk") and unicodedata.category(after) == "So"
    return text[place] == _ZWJ and pictures


_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def xml(text: str) -> str:
    """Text for XML, in content and in attributes: what XML 1.0 cannot hold is shown as an escape."""
    return terminal(text).translate(_MARKUP)


def html(text: str) -> str:
    """Text for HTML, in content and in quoted attributes."""
    return terminal(text).translate(_MARKUP)


_URI_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def uri(path: str) -> str:
    """A path as a URI reference, for SARIF: relative paths stay relative, absolute ones become `file:///…`.

    Bytes that were no UTF-8 come back as they were, percent-encoded. A colon is encoded, so that no path can look
    like another scheme.
    """
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "surrogatepass")
    while raw.startswith(b"./"):
        raw = raw[2:].lstrip(b"/")
    encoded = "".join(chr(byte) if byte in _URI_PLAIN else f"%{byte:02X}" for byte in raw)
    return "file://" + encoded if encoded.startswith("/") else encoded or "."


def sarif(text: str) -> str:
    """Text of a SARIF message: no link and no placeholder comes out of it (SARIF 2.1.0, 3.11.5 and 3.11.6)."""
    shown = terminal(text).replace("{", "{{").replace("}", "}}")
    return shown.replace("[", "\\[").replace("]", "\\]") if "](" in shown else shown


_MARKDOWN = str.maketrans(
    {
        **{mark: "\\" + mark for mark in "\\`*_[]~#$"},
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "|": "&#124;",  # the one form that every reader of tables takes alike
    }
)


@cache
def _markdown_patterns() -> tuple[tuple[Pattern[str], str], ...]:
    import re

    return (
        (re.compile(r":(?=//|[a-z0-9_+\\-]*[a-z_+][a-z0-9_+\\-]*:)", re.IGNORECASE), r"\\:"),  # links, :smile:
        (re.compile(r"\b(www)\.", re.IGNORECASE), r"\1\\."),
        (re.compile(r"^([-+=])(?=\s|$|[-+=])"), r"\\\1"),  # lists and rules
        (re.compile(r"^(\d+)([.)])(?=\s|$)"), r"\1\\\2"),
        (re.compile(r"@+"), r"`\g<0>`"),  # GitHub finds mentions after it has decoded entities, but never in code
    )


def markdown(text: str) -> str:
    """Text for Markdown, in a paragraph or a table cell: no markup, link, mention, HTML or column comes out of it."""
    shown = terminal(text).strip()
    if shown.isalnum() and shown.isascii():
        return shown
    shown = shown.translate(_MARKDOWN)
    for pattern, replacement in _markdown_patterns():
        shown = pattern.sub(replacement, shown)
    return shown


def markdown_code(text: str) -> str:
    """Text to type or copy, as a Markdown code span; as escaped text where a span in a table could not hold it."""
    shown = terminal(text)
    if not shown.strip() or "|" in shown:
        return markdown(text)
    longest = run = 0
    for character in shown:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    fence = "`" * (longest + 1)
    room = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{room}{shown}{room}{fence}"


def github(text: str, *, field: bool = False) -> str:
    """Text for a GitHub workflow command: its message, or with `field` one of its `key=value` parts.

    The old command form `##[…]`, which runners find anywhere in a line, is broken too.
    """
    shown = terminal(text).replace("%", "%25").replace("##[", "#\\x23[")
    return shown.replace(":", "%3A").replace(",", "%2C") if field else shown


def github_log(line: str) -> str:
    """A line that is already safe for a terminal, made safe for GitHub's runner, which looks for commands in logs."""
    line = line.replace("##[", "#\\x23[")
    return line.replace("::", "\\x3a:", 1) if line.lstrip().startswith("::") else line


_XLSX_LIMIT = 32_767


def xlsx(text: str) -> str:
    """Text for a cell of a workbook, at most the 32,767 UTF-16 units that Excel holds; to be written as a string."""
    shown = terminal(text)
    if len(shown) * 2 > _XLSX_LIMIT and len(shown.encode("utf-16-le")) // 2 > _XLSX_LIMIT:
        cut = shown.encode("utf-16-le")[: (_XLSX_LIMIT - 1) * 2]
        shown = cut.decode("utf-16-le", "ignore") + "…"
    return shown


@cache
def _encoder() -> Callable[[Json], str]:
    from json import JSONEncoder

    return JSONEncoder(ensure_ascii=True, allow_nan=False).encode


@cache
def _lone_surrogate() -> Pattern[str]:
    import re

    return re.compile(r"\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f])|(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f]")


def _whole(value: Json) -> Json:
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(_whole(key)): _whole(member) for key, member in value.items()}
    return [_whole(member) for member in value]


def json(value: Json) -> str:
    """One JSON value on one line, ASCII only, DEL included among what is escaped.

    Half a surrogate pair, which strict readers refuse, becomes U+FFFD: bytes that are no text travel in a member of
    their own. NaN and infinity are a bug (ValueError).
    """
    text = _encoder()(value)
    if "\\ud" in text and _lone_surrogate().search(text):
        text = _encoder()(_whole(value))
    return text
