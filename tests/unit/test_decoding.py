"""What others wrote is decoded within bounds, and every text beyond them is one kind of error."""

from __future__ import annotations

import json
import time

import pytest

from occ_media_cli.decoding import DEPTH, Undecodable, decode

LARGEST = 1_000_000


@pytest.mark.parametrize(
    "value",
    [None, True, -0.5, 9_999_999_999_999_999_999, "ü\N{GRINNING FACE}\0", [1, [2, {"a": [3]}]], {"a": {"a": 1}, "b": {"a": 2}}],
)  # fmt: skip
def test_what_is_within_bounds_comes_back(value: object) -> None:
    assert decode(json.dumps(value).encode(), largest=LARGEST) == value
    assert decode(json.dumps(value, ensure_ascii=False), largest=LARGEST) == value


@pytest.mark.parametrize(
    ("text", "group", "words"),
    [
        (b"", "not JSON", "not JSON: expecting value"),
        (b"{", "not JSON", "not JSON: expecting property name"),
        (b"\xff", "not UTF-8", "not valid UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON", "begins with a byte order mark"),
        (b"{}".decode().encode("utf-16"), "not UTF-8", "not valid UTF-8"),
        (b"1" + b" " * LARGEST, "too long", "longer than 1,000,000 bytes"),
        (b"NaN", "not JSON", "NaN is no number"),
        (b"[-Infinity]", "not JSON", "-Infinity is no number"),
        (b"1e999", "bad number", "out of range: 1e999"),
        (b"-1E+9999", "bad number", "is out of range"),
        (b"1" * 20, "bad number", "longer than 19 digits"),
        (b"9" * 100_000, "bad number", "longer than 19 digits"),
        (b'{"a": 1, "a": 1}', "key twice", "has the key 'a' twice"),
        (b'[{"b": {"a": 1, "\\u0061": 2}}]', "key twice", "has the key 'a' twice"),
        (b'["\\ud800"]', "not JSON", "half a surrogate pair"),
        (b"[" * 100_000, "not JSON", "nested too deeply"),
        (b"[" * 400_000 + b"]" * 400_000, "not JSON", "nested too deeply"),
        (b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1), "not JSON", "nested too deeply"),
        (b'{"a":' * (DEPTH + 1) + b"1" + b"}" * (DEPTH + 1), "not JSON", "nested too deeply"),
    ],
)
def test_what_is_beyond_them_is_told(text: bytes, group: str, words: str) -> None:
    with pytest.raises(Undecodable) as problem:
        decode(text, largest=LARGEST)
    assert problem.value.group == group
    assert words in problem.value.words
    assert len(problem.value.words) < 200


def test_the_line_of_a_mistake() -> None:
    with pytest.raises(Undecodable) as problem:
        decode('{\n "a": 1,\n "b" 2}', largest=LARGEST)
    assert problem.value.line == 3


def test_as_deep_as_is_allowed() -> None:
    assert json.dumps(decode(b"[" * DEPTH + b"]" * DEPTH, largest=LARGEST)).count("[") == DEPTH


def test_a_name_that_is_there_twice_among_many_is_found_in_one_pass() -> None:
    names = [f'"{number:05}": 1' for number in range(60_000)]
    began = time.process_time()
    with pytest.raises(Undecodable, match="has the key '59999' twice"):
        decode("{" + ",".join([*names, names[-1]]) + "}", largest=LARGEST)
    assert time.process_time() - began < 5  # a look at all names for each of them takes a minute
