"""Who a customer is: the form by which people are matched, in Python and in SQL, and that one place says it."""

from __future__ import annotations

import sqlite3
from random import Random

import pytest

from occ_media_cli.ledger.customers import canonical_customer
from occ_media_cli.store.migrations.m0009_people import canonical

PIECES = [
    "0", "00", "1", "9", "5551234", "16505551234", "1234567890123456789", "+", "tel:", "TEL:", "WhatsApp:", " ", "-",
    ".", "(", ")", "[", "]", "@", "a", "B", "c-", "Ä", "İ", "ſ", "K", "²", "٣", "\u00a0", "\u202a", "\u2011", "\t", "\n",
    "'", '"', "%", "_", "*", "/", "\U0001f600",
]  # fmt: skip


def hostile(random: Random) -> str:
    return "".join(random.choice(PIECES) for _ in range(random.randrange(8)))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("16505551234", "16505551234"), ("+16505551234", "16505551234"), ("tel:+1 (650) 555-1234", "16505551234"),
        ("whatsapp:+16505551234", "16505551234"), ("0016505551234", "16505551234"), ("\u202a+1\u00a0650.555.1234\u202c", "16505551234"),
        ("12-34", "12-34"), ("1234", "1234"), ("00", "00"), ("000016505551234", "000016505551234"),
        ("12345678901234567890", "12345678901234567890"), ("+1234567890123456", "+1234567890123456"),
        (" Rosa@Example.COM ", "rosa@example.com"), ("@rosa", "@rosa"), ("C-77", "C-77"), ("", ""), (" ", " "),
        ("rosa-16505551234", "rosa-16505551234"),
    ],
)  # fmt: skip
def test_one_number_and_one_address_have_one_form_and_other_ids_stay_as_they_are(text: str, form: str) -> None:
    assert canonical_customer(text) == form


def test_sql_says_the_same_as_python_and_a_form_is_its_own_form() -> None:
    random, connection = Random(5), sqlite3.connect(":memory:")
    query = f"SELECT {canonical('x')} FROM (SELECT ? AS x)"
    for _ in range(20_000):
        text = hostile(random)
        form = canonical_customer(text)
        assert connection.execute(query, (text,)).fetchone()[0] == form, text
        assert canonical_customer(form) == form, text
    assert connection.execute(query, (None,)).fetchone()[0] is None
    connection.close()
