"""JSON that somebody else wrote, decoded within bounds: the one way for what a person, a peer or a file hands over.

A parser takes what the grammar allows, and the grammar allows what ends a program or fools one of its readers: values
nested until the stack is full, numbers beyond every range, one name twice with the reader's choice of value. Here all
of these are one error. What this program wrote itself, and verified by its chain, needs none of it.
"""

from __future__ import annotations

import json
import re
from typing import Any

DEPTH = 64
"""How deep values may be nested. Nothing that is taken in has more than eight levels."""

DIGITS = 19
"""How many digits a whole number may have; SQLite's have no more."""

_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")


class Fraction(float):
    """A number with a point or an exponent, or `-0`. written: the text that it was read from."""

    written: str


class Undecodable(ValueError):
    """Why a text is not taken. group: in two or three words; words: the whole reason; line: where, from 1."""

    def __init__(self, group: str, words: str, line: int = 1) -> None:
        super().__init__(words)
        self.group, self.words, self.line = group, words, line


def decode(data: bytes | str, *, largest: int, depth: int = DEPTH, written: bool = False) -> Any:
    """The value of a JSON text, or Undecodable.

    largest: how many bytes it may have. Numbers are finite, whole ones have up to 19 digits; no object has a name
    twice; no text has half a surrogate pair. written: those of which a number would lose how they were written (with a
    point or an exponent, or `-0`) are `Fraction`s.
    """
    if len(data) > largest:
        raise Undecodable("too long", f"longer than {largest:,} bytes")
    try:
        text = data if isinstance(data, str) else data.decode()
        if text.startswith("\ufeff"):
            raise Undecodable("not JSON", "not JSON: begins with a byte order mark")
        value = (_WRITTEN if written else _DECODER).decode(text)
        if _HALF_PAIR.search(text) is not None:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as problem:
        raise Undecodable("not JSON", f"not JSON: {problem.msg[:1].lower()}{problem.msg[1:]}", problem.lineno) from None
    except UnicodeDecodeError:
        raise Undecodable("not UTF-8", "not valid UTF-8") from None
    except UnicodeEncodeError:
        raise Undecodable("not JSON", "not JSON: a text has half a surrogate pair") from None
    except (RecursionError, MemoryError):
        raise Undecodable("not JSON", "nested too deeply") from None
    if _is_deeper(value, depth):
        raise Undecodable("not JSON", "nested too deeply")
    return value


def _is_deeper(value: Any, depth: int) -> bool:
    """Whether containers are nested deeper than so many levels; goes level by level, so that no stack fills up."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(depth):
        if not level:
            return False
        level = [
            item
            for outer in level
            for item in (outer.values() if type(outer) is dict else outer)
            if type(item) is dict or type(item) is list
        ]
    return bool(level)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()  # counting each name would take the square of their number: minutes for one row
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Undecodable("key twice", f"has the key '{twice:.40}' twice")
    return found


def _whole(digits: str) -> int:
    if len(digits) > DIGITS + digits.startswith("-"):
        raise Undecodable("bad number", f"has a number that is longer than {DIGITS} digits: {digits:.20}…")
    return int(digits)


def _fraction(digits: str) -> float:
    found = float(digits)
    if found in (float("inf"), float("-inf")):
        raise Undecodable("bad number", f"has a number that is out of range: {digits:.20}")
    return found


def _written(digits: str) -> Fraction:
    found = Fraction(_fraction(digits))
    found.written = digits
    return found


def _whole_written(digits: str) -> int | Fraction:
    return _written(digits) if digits == "-0" else _whole(digits)


def _no_number(word: str) -> Any:
    raise Undecodable("not JSON", f"not JSON: {word} is no number")


_DECODER, _WRITTEN = (
    json.JSONDecoder(object_pairs_hook=_object, parse_int=whole, parse_float=fraction, parse_constant=_no_number)
    for whole, fraction in ((_whole, _fraction), (_whole_written, _written))
)
