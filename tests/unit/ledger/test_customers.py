"""Who a customer is: the form by which people are matched, in Python and in SQL, and that one place says it."""

from __future__ import annotations

import sqlite3
from random import Random

import pytest

from occ_media_cli.ledger.customers import spellings_of
from occ_media_cli.store.customer_ids import bare_form, canonical_customer, forms_of_id, has_two_forms
from occ_media_cli.store.migrations.m0009_people import canonical
from occ_media_cli.store.persons import _ODD, MAY_BE_ODD
from tests.unit.ledger.conftest import Ledger, row

PIECES = [
    "0", "00", "1", "9", "5551234", "16505551234", "1234567890123456789", "+", "tel:", "TEL:", "WhatsApp:", " ", "-",
    ".", "(", ")", "[", "]", "@", "a", "B", "c-", "Ä", "İ", "ſ", "K", "²", "٣", "\u00a0", "\u202a", "\u2011", "\t", "\n",
    "'", '"', "%", "_", "*", "/", "\U0001f600",
    "<", ">", ";ext=5", ";phone-context=+1", "?body=x", "https://wa.me/", "send?phone=", "sms:", "rosa@example.com", "Rosa ", "`", ";", "@lid",
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


@pytest.mark.parametrize("text", [
    "16505557788", "+1/650/555-7788", "+1\u2009650\u2009555\u20097788", "+1\u200b650\ufeff555\u00ad7788", "\ufeff16505557788",
    "+1\u00a0650\u202f555\u20137788", "+1\u3000650\u2003555\u20147788", "+1 (0)650 555 7788", "+1 ( 0 ) 650 555 7788",
    "0016505557788", "00 1 650 555 7788", "\u0661\u0666\u0665\u0660\u0665\u0665\u0665\u0667\u0667\u0668\u0668",
    "\uff0b\uff11\uff16\uff15\uff10\uff15\uff15\uff15\uff17\uff17\uff18\uff18", "tel:+16505557788", "tel://16505557788", "\u200btel:16505557788",
    "sms:+16505557788", "WhatsApp:+1 650 555 7788", "16505557788@s.whatsapp.net", "16505557788:12@S.WhatsApp.net",
    "16505557788@c.us", "%2B16505557788", "+1,650,555,7788", "+1_650_555_7788", "1\u00b7650\u00b7555\u00b77788",
    "tel:+16505557788;ext=5", "tel:+1-650-555-7788;phone-context=+1", "tel:650-555-7788;phone-context=+1", "+16505557788;ext=5;isub=1",
    "TEL:5557788;Phone-Context=+1650", "sms:+16505557788?body=hi", "SMSTO:+16505557788:hi there", "https://wa.me/16505557788",
    "wa.me/16505557788?text=hi", "https://api.whatsapp.com/send?phone=16505557788", "https://api.whatsapp.com/send/?text=a&phone=%2B16505557788&x=1",
    "whatsapp://send?phone=16505557788&text=x", "viber://chat?number=%2B16505557788", "https://signal.me/#p/+16505557788", "<+16505557788>",
    '"+16505557788"', "'+16505557788'", "`+16505557788`", "\u201c+1 650 555 7788\u201d", "<tel:+16505557788>", "Rosa <+16505557788>",
    '"Rosa Lee" <tel:+1-650-555-7788;ext=5>', "+16505557788;", "skype:+16505557788?call", "sip:+16505557788@example.com;user=phone",
])  # fmt: skip
def test_a_number_has_one_bare_form_however_it_is_written(text: str) -> None:
    assert bare_form(text) == "16505557788"
    assert "16505557788" in forms_of_id(text)


@pytest.mark.parametrize("text", [
    "rosa.lee@example.com", "mailto:Rosa.Lee@example.com", "rosa.lee%40example.com", "mailto:rosa.lee%40example.com?subject=x",
    " ROSA.LEE@example.com\u200b", "\ufeffrosa.lee@example.com", "rosa.\u00adlee@example.com", "rosa.lee\uff20example.com",
    "<rosa.lee@example.com>", "Rosa <rosa.lee@example.com>", '"Lee, Rosa" <Rosa.Lee@example.com>', "rosa.lee@example.com.", "rosa.lee@example.com. ",
    '"rosa.lee@example.com"', "'rosa.lee@example.com'", "[rosa.lee@example.com]", "rosa.lee@example.com;", "Rosa <mailto:rosa.lee@example.com>",
    "<mailto:rosa.lee@example.com?subject=x>", "<rosa.lee@example.com>,", "\u00abrosa.lee@example.com\u00bb",
])  # fmt: skip
def test_an_address_has_one_bare_form(text: str) -> None:
    assert bare_form(text) == "rosa.lee@example.com"


@pytest.mark.parametrize("text", [
    "", " ", "@", "u-4711", "U-4711", "12345", "16505557788@lid", "12036304@g.us", "rosa-16505557788", "+1 650 555 7788 x2", "12/34",
    "12345678901234567890", "a/b", "100%",
    "<rosa>", '"rosa"', "'", "<>", "16505557788;16505557799", "tel:5557788;phone-context=example.com", "https://wa.me/message/ABC", "o'neil@example.com",
    "https://example.com/16505557788", "u-4711.", "Rosa <x>", "sms:+16505557788,+16505557799?body=x",
])  # fmt: skip
def test_other_ids_stay_as_they_are(text: str) -> None:
    assert bare_form(text) == canonical_customer(text)


def test_letters_and_marks_of_one_name_are_one() -> None:
    assert bare_form("Zoe\u0308 M\u00fcller") == bare_form("Zo\u00eb Mu\u0308ller") != bare_form("Zoe Muller")


def test_two_spellings_of_one_canonical_form_stay_one_person() -> None:
    assert forms_of_id("+1 (0)650 555 7788") & forms_of_id("+106505557788")


def test_sql_sees_every_id_whose_bare_form_is_another_one() -> None:
    random, connection = Random(6), sqlite3.connect(":memory:")
    for _ in range(20_000):
        text = hostile(random)
        odd = connection.execute(f"SELECT {MAY_BE_ODD.format('x')} FROM (SELECT ? AS x)", (text,)).fetchone()[0]
        assert odd or forms_of_id(text) == {canonical_customer(text)}, text
        assert not text.isascii() or "\0" in text or _ODD.search(text) or not has_two_forms(text), text
        assert forms_of_id(bare_form(text)) <= forms_of_id(text) or not has_two_forms(text), text
    connection.close()


def test_every_spelling_in_a_ledger_is_found(ledger: Ledger) -> None:
    written = {
        "16505557788", "+1/650/555-7788", "+1\u2009650 555 7788", "\u0661\u0666\u0665\u0660\u0665\u0665\u0665\u0667\u0667\u0668\u0668",
        "16505557788@c.us", "%2b%31%36505557788", "1650555%37788",
    }  # fmt: skip
    others = {"16505557789", "1650555778", "116505557788", "c-16505557788", "rosa@example.com"}
    ledger.ingest(*[row(n, customer=customer) for n, customer in enumerate(sorted(written | others))])
    assert spellings_of(ledger.connection, "+1 650 5557788") == written
