"""A text names a person however the id is written in it, and a longer number or word may be somebody else."""

from __future__ import annotations

import pytest

from occ_media_cli.ledger.mentions import Mention, People

SOME = People(["+1 650 555 1234", "Rosa@Example.com", "u-4711", "77", " ", "user 12 b"])


@pytest.mark.parametrize("text", [
    "16505551234", "call +1 650 555-1234 at 9", "tel:+1-650-555-1234", "whatsapp:+16505551234", "0016505551234",
    "(1650) 555.1234!", "img_16505551234.jpg", "2 16505551234 3", "\u202a+1\u00a0650\u00a0555\u20111234\u202c",
    "ROSA@example.COM.", "<rosa@example.com>", "mailto:rosa@example.com", "u-4711", "(u-4711)", "77", "no. 77, twice",
    "the user 12 b",
])  # fmt: skip
def test_a_person_is_named(text: str) -> None:
    assert SOME.mention_in(text) is Mention.NAMED


@pytest.mark.parametrize("text", [
    "116505551234", "165055512345", "xrosa@example.com", "rosa@example.com.au", "rosa@example.community", "xu-47112",
    "b.rosa@example.com",
])  # fmt: skip
def test_a_longer_word_may_be_somebody_else(text: str) -> None:
    assert SOME.mention_in(text) is Mention.INSIDE


@pytest.mark.parametrize("text", ["", "6505551234", "rosa", "U-4711", "177", "a77", "16505551235", "rosa@example.org"])
def test_other_texts_name_nobody(text: str) -> None:
    assert SOME.mention_in(text) is Mention.NONE


def test_bytes_are_counted() -> None:
    data = b"\x00116505551234\xffROSA@example.comrosa@example.com u-4711 77 \x0077x 177"
    assert SOME.in_bytes(data) == 5
    assert SOME.in_bytes(data, short=False) == 4
    assert People([]).in_bytes(data) == 0


def test_a_few_among_thousands_are_found() -> None:
    many = People([f"4915{number:07d}" for number in range(5_000)] + [f"guest-{number}" for number in range(5_000)])
    assert many.mention_in("see guest-4999") is Mention.NAMED
    assert many.mention_in("see +4915 0004999") is Mention.NAMED
    assert many.mention_in("see 49150005000 and guest-5000") is Mention.INSIDE  # guest-500 is in it
