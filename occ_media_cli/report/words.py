"""Numbers, names and commands as people read and type them."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ELLIPSIS = "…"


def count(number: int) -> str:
    """A number with thousands separators: `1,204`."""
    return f"{number:,}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: `1 file`, `1,204 files`, `2 entries`."""
    if number == 1:
        return f"1 {one}"
    if many is None:
        many = one[:-1] + "ies" if one.endswith("y") and one[-2:-1] not in "aeiou" else one + "s"
    return f"{number:,} {many}"


def all_of(number: int) -> str:
    """How many there are to see: `all 5`, or the only one."""
    return "the only one" if number == 1 else f"all {number:,}"


def inbox(name: str, removed: str | None) -> str:
    """An inbox as every reader and program reads it: `lab`, and `lab, removed 2026-03-01T09:00:00.000Z` of one that is
    gone, whose name another one may have since. removed: the time."""
    return name if removed is None else f"{name}, removed {removed}"


def on_off(value: object) -> str:
    """A switch as a word."""
    return "on" if value else "off"


def yes_no(value: object) -> str:
    """A yes or no as a word, for cells that say it to programs too."""
    return "yes" if value else "no"


_UNITS = ((1_000, "kB"), (1_000_000, "MB"), (1_000_000_000, "GB"), (1_000_000_000_000, "TB"))


def size(number: int) -> str:
    """Bytes in decimal units, one decimal below 100: `812 bytes`, `84.2 kB`, `2.1 MB`, `412 MB`."""
    if number < 1_000:
        return plural(number, "byte")
    for unit, name in _UNITS:
        tenths = (number * 10 + unit // 2) // unit
        if tenths < 1_000:
            return f"{tenths // 10}.{tenths % 10} {name}"
        whole = (number + unit // 2) // unit
        if whole < 1_000 or name == "TB":
            return f"{whole:,} {name}"
    raise AssertionError  # the last unit takes everything


def size_and_limit(number: int, limit: int, limit_words: str) -> tuple[str, str]:
    """A size and the limit that it is compared with, which never look alike when they differ.

    limit_words: the limit as its owner says it, such as `16 MB`. Where both would round to the same text, both are
    given in bytes: `("16,777,217 bytes", "16 MB (16,777,216)")`.
    """
    if number != limit and size(number) in {size(limit), limit_words, limit_words.replace(" ", ".0 ")}:
        return plural(number, "byte"), f"{limit_words} ({limit:,})"
    return size(number), limit_words


def percent(part: int, whole: int) -> int:
    """A share in whole per cent, rounded half up, but 0 and 100 only where it is exactly so."""
    if whole <= 0 or part <= 0:
        return 0
    return 100 if part >= whole else min(99, max(1, (part * 200 + whole) // (whole * 2)))


def per_thousand(part: int, whole: int) -> str:
    """So many to 1,000, with one decimal, rounded half up, but `0.0` only where it is exactly so; `-` of none."""
    if whole <= 0:
        return "-"
    tenths = max((part * 20_000 + whole) // (whole * 2), int(part > 0))
    return f"{tenths // 10:,}.{tenths % 10}"


def _character_width(character: str) -> int:
    code = ord(character)
    if 0x1160 <= code <= 0x11FF or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def width(text: str) -> int:
    """Terminal cells that the text takes: two for wide characters, none for marks that join the one before."""
    if text.isascii():
        return len(text)
    total = last = 0
    for character in text:
        if character == "\ufe0f" and last == 1:  # asks for the picture, which is two cells wide
            total, last = total + 1, 2
            continue
        cells = _character_width(character)
        total += cells
        last = cells or last
    return total


def _head(text: str, room: int) -> str:
    used = 0
    for index, character in enumerate(text):
        used += 1 if character == "\ufe0f" else _character_width(character)
        if used > room:
            return text[:index]
    return text


def wrapped(text: str, room: int) -> list[str]:
    """A text in lines of so many cells at most, broken behind spaces where there are any; nothing of it is left out."""
    lines = []
    while width(text) > room:
        head = _head(text, room) or text[0]
        behind = head.rfind(" ") + 1
        if text[len(head)] == " ":
            head += " "  # at the end of a line nobody sees it
        elif behind:
            head = head[:behind]
        lines.append(head)
        text = text[len(head) :]
    return [*lines, text] if text else lines


def _tail(text: str, room: int) -> str:
    used = 0
    start = len(text)
    for index in range(len(text) - 1, -1, -1):
        cells = 1 if text[index] == "\ufe0f" else _character_width(text[index])
        used += cells
        if used > room:
            break
        if cells and text[index] != "\ufe0f":
            start = index  # never between a letter and its marks
    return text[start:]


def cut_end(text: str, room: int) -> str:
    """The text in at most `room` cells; what is missing at its end is shown by `…`."""
    if width(text) <= room:
        return text
    return _head(text, room - 1).rstrip() + ELLIPSIS if room > 0 else ""


def cut_middle(name: str, room: int) -> str:
    """A file name in at most `room` cells: cut in its middle, so that its start, its end and its extension stay."""
    if width(name) <= room:
        return name
    if room <= 1:
        return ELLIPSIS[:room]
    dot = name.rfind(".")
    ending = width(name[dot:]) if dot > 0 and "/" not in name[dot:] else 0
    behind = (room - 1) // 2
    if ending <= (room - 1) * 2 // 3:
        behind = max(behind, ending)
    return _head(name, room - 1 - behind).rstrip() + ELLIPSIS + _tail(name, behind).lstrip()


def items(names: Sequence[str], room: int | None = None) -> str:
    """Names on one line. In too little room whole items are left out and counted: `whatsapp-cloud and 2 more`."""
    whole = ", ".join(names)
    if room is None or width(whole) <= room:
        return whole
    for shown in range(len(names) - 1, 1, -1):
        text = f"{', '.join(names[:shown])} and {len(names) - shown} more"
        if width(text) <= room:
            return text
    return f"{names[0]} and {len(names) - 1} more" if len(names) > 1 else whole


def _distance(first: str, second: str, limit: int) -> int:
    """Edits (insert, delete, replace, swap neighbours) between two words, or `limit` + 1 where there are more."""
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(second, 1):
            best = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                best = min(best, older[j - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def is_one_letter_away(word: str, other: str) -> bool:
    """Whether one slip makes another word of a word: a letter too many, too few, another, two in the wrong order, or
    capitals."""
    return word != other and (word.casefold() == other.casefold() or _distance(word, other, 1) == 1)


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The one name that a mistyped word meant, and no other as near. None if there is none.

    At most two edits away, of a short word one: `list` is not a slip of `fit`. Of two that are as near, the one that
    the word is the start of wins: `of` means `off`, not `on`. Where none is near, it is the only one that the word is
    the start of, from three letters on: `whatsapp` means `whatsapp-cloud`.
    """
    names = list(dict.fromkeys(names))
    limit = 1 if len(word.lstrip("-")) < 5 else 2
    best: str | None = None
    best_rank = (limit + 1, False)
    tied = False
    for name in names:
        distance = _distance(word.casefold(), name.casefold(), limit)
        rank = (distance, not name.casefold().startswith(word.casefold()))
        if rank < best_rank and distance < max(len(word), len(name)):
            best, best_rank, tied = name, rank, False
        elif rank == best_rank and name != best:
            tied = True
    if best is None and len(word.lstrip("-")) > 2:
        begun = [name for name in names if name.casefold().startswith(word.casefold())]
        return begun[0] if len(begun) == 1 else None
    return None if tied else best


def is_numbered_apart(word: str, other: str) -> bool:
    """Whether two words differ in their digits alone, like `store1` and `store2`, which are two on purpose."""
    first, second = ("".join(each for each in name if not each.isdigit()) for name in (word, other))
    return word != other and first == second


def or_words(words: Sequence[str]) -> str:
    """Words to choose from: `a`, `a or b`, `a, b or c`."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def and_words(words: Sequence[str]) -> str:
    """Words that belong together: `a`, `a and b`, `a, b and c`; nothing of none."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def question(*found: str | None) -> str:
    """`, did you mean 'off'?` to end an error with; nothing where nothing is known."""
    known = [f"'{each}'" for each in found if each is not None]
    return f", did you mean {or_words(known)}?" if known else ""


def suggestion(word: str, names: Iterable[str]) -> str:
    """`, did you mean 'vip'?` to end an error with, or up to five names to choose from, or nothing."""
    known = list(dict.fromkeys(names))
    meant = nearest(word, known)
    if meant is not None:
        return question(meant)
    if not known:
        return ""
    more = f" and {plural(len(known) - 5, 'more name')}" if len(known) > 5 else ""
    return f"; there is only '{known[0]}'" if len(known) == 1 else f"; there are {', '.join(known[:5])}{more}"


_SHELL_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@%+=:,./-_")


def shell(*words: str) -> str:
    r"""A command that can be pasted into a shell as it stands.

    Words with characters that a terminal would not show are written as `$'…'` (POSIX 2024, bash, zsh), byte by byte.
    """
    return " ".join(_shell_word(word) for word in words)


def shell_named(command: Sequence[str], names: Sequence[str], options: Sequence[str] = ()) -> str:
    """A command that takes names as arguments; they stand last, behind `--`, where one would be taken for an option.

    command: the words before the names; options: those behind them, each with its value.
    """
    if any(name.startswith("-") for name in names):
        return shell(*command, *options, "--", *names)
    return shell(*command, *names, *options)


def _shell_word(word: str) -> str:
    if word and word[0] != "=" and _SHELL_PLAIN.issuperset(word):
        return word
    if word.isprintable():
        return "'" + word.replace("'", "'\"'\"'") + "'"
    raw = word.encode("utf-8", "surrogateescape" if not _has_lone_high(word) else "surrogatepass")
    body = "".join(chr(byte) if 0x20 <= byte < 0x7F and byte not in b"'\\" else f"\\{byte:03o}" for byte in raw)
    return f"$'{body}'"


def _has_lone_high(word: str) -> bool:
    return any(0xD800 <= ord(character) <= 0xDFFF and not 0xDC80 <= ord(character) <= 0xDCFF for character in word)
