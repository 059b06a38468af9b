"""A text names a person however the id is written in it, and a longer number or word may be somebody else."""

from __future__ import annotations

import pytest

from occ_media_cli.ledger.mentions import Mention, People

SOME = People(["+1 650 555 1234", "Rosa@Example.com", "u-4711", "77", " ", "user 12 b"])


@pytest.mark.parametrize("text", [
    "16505551234", "call +1 650 555-1234 at 9", "tel:+1-650-555-1234", "whatsapp:+16505551234", "0016505551234",
    "(1650) 555.1234!", "img_16505551234.jpg", "2 16505551234 3", "\u202a+1\u00a0650\u00a0555\u20111234\u202c",
    "ROSA@example.COM.", "<rosa@example.com>", "mailto:rosa@example.com", "u-4711", "(u-4711)", "77", "no. 77, twice",
    "the user 12 b", "+1/650/555-1234", "+1 (0) 650 555 1234", "1 (0)650 555 1234", "1,650,555,1234", "+1_650_555_1234",
    "+1\u2009650\u2009555\u20091234", "+1\u200b650\u200b555\u200b1234", "1650\u00ad555\u00ad1234", "\ufeff16505551234",
    "\u0661\u0666\u0665\u0660\u0665\u0665\u0665\u0661\u0662\u0663\u0664", "\uff11\uff16\uff15\uff10\uff15\uff15\uff15\uff11\uff12\uff13\uff14",
    "%2B1%20650%20555%201234", "1650555%31234", "16505551234@s.whatsapp.net", "1650\n5551234", "rosa%40example.com", "mailto:ROSA%40example.com",
    "rosa@exam\u00adple.com", "rosa\uff20example.com", "the user\u00a012 b", "u\u20114711", "u-\u200b4711", "7\u200b7",
])  # fmt: skip
def test_a_person_is_named(text: str) -> None:
    assert SOME.mention_in(text) is Mention.NAMED


@pytest.mark.parametrize("text", [
    "116505551234", "165055512345", "xrosa@example.com", "rosa@example.com.au", "rosa@example.community", "xu-47112",
    "b.rosa@example.com", "177", "a77",
])  # fmt: skip
def test_a_longer_word_may_be_somebody_else(text: str) -> None:
    assert SOME.mention_in(text) is Mention.INSIDE


@pytest.mark.parametrize("text", ["", "6505551234", "rosa", "16505551235", "rosa@example.org"])
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


@pytest.mark.parametrize(("person", "text", "mention"), [
    ("\u0416\u0430\u043d\u043d\u0430", "\u0416\u0430\u043d\u043d\u0430x", Mention.INSIDE),
    ("\u0416\u0430\u043d\u043d\u0430", "\u0416\u0430\u043d\u043d\u0430, twice", Mention.NAMED),
    ("\u0416\u0430\u043d\u043d\u0430", "\u0416\u0410\u041d\u041d\u0410", Mention.ALIKE),
    ("Zo\u00eb M\u00fcller", "for Zoe\u0308 Mu\u0308ller", Mention.NAMED), ("Zoe\u0308 Mu\u0308ller", "for Zo\u00eb M\u00fcller", Mention.NAMED),
    ("Zo\u00eb M\u00fcller", "for zo\u00cb m\u00fcller", Mention.ALIKE), ("Stra\u00dfe", "STRASSE", Mention.ALIKE), ("U-4711", "u-4711", Mention.ALIKE),
    ("ab1", "sha 0123456789ab1cdef0", Mention.NONE), ("ab1", "xab1", Mention.INSIDE),
])  # fmt: skip
def test_a_name_is_found_as_it_is_read(person: str, text: str, mention: Mention) -> None:
    assert People([person]).mention_in(text) is mention
    crowd = [f"guest-{number}" for number in range(50)]
    assert People([person, *crowd]).mention_in(text) is mention


@pytest.mark.parametrize("text", [
    "review of 2026-03-01", "from 2026-03-01T10:00Z", "2026/03/01", "2026.03.01", "2026 03 01", "on 2026-03-01 10:00:00", "IMG-20260301-WA0001",
    "20260301T100000", "2026\u20113\u201101 or 2026\u201103\u201101", "20,260,301", "20 260 301", "20_260_301", "202603.01", "20.26.03.01",
    "\u0662\u0660\u0662\u0666-\u0660\u0663-\u0660\u0661",
])  # fmt: skip
def test_a_date_or_an_amount_is_no_number_of_a_person(text: str) -> None:
    assert People(["20260301"]).mention_in(text) is Mention.ALIKE


@pytest.mark.parametrize(
    "text", ["20260301", "customer 20260301.", "+2026-03-01", "+20 260 301", "0020260301", "2026-0301"]
)
def test_the_same_digits_as_a_number_name_the_person(text: str) -> None:
    assert People(["20260301"]).mention_in(text) is Mention.NAMED


def test_dates_are_known_in_other_orders() -> None:
    for text in ("01.03.2026", "1 of 01/03/2026 10:30", "03-01-2026"):
        assert People(["01032026", "03012026"]).mention_in(text) is Mention.ALIKE
    assert People(["2026030110"]).mention_in("at 2026-03-01 10:00") is Mention.ALIKE
    assert People(["1921681012"]).mention_in("from 192.168.10.12") is Mention.ALIKE
    assert People(["4915120260301"]).mention_in("+49 151 2026-03-01") is Mention.NAMED
