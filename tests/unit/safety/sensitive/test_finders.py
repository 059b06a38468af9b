"""Cards, IBANs, keys and markings: what is found, what is not, and with which confidence."""

from __future__ import annotations

import random

import pytest

from occ_media_cli.safety.sensitive.cards import find_cards
from occ_media_cli.safety.sensitive.class_words import find_class_words
from occ_media_cli.safety.sensitive.digits import as_seen, with_ascii_digits
from occ_media_cli.safety.sensitive.ibans import find_ibans, passes_mod97
from occ_media_cli.safety.sensitive.issuers import issuer_of, passes_luhn
from occ_media_cli.safety.sensitive.key_forms import forms_of, key_beginnings
from occ_media_cli.safety.sensitive.keys import entropy, find_keys

VISA = "4012888888881881"


def cards(text: str) -> list[tuple[str, str]]:
    return [(each.value, each.confidence) for each in find_cards(with_ascii_digits(text))]


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        (f"card no. {VISA}", "high"),
        (f"Kreditkarte: {VISA}", "high"),
        (f"رقم البطاقة {VISA}", "high"),
        (f"信用卡号{VISA[:0]} {VISA}", "high"),
        (f"номер карты {VISA}", "high"),
        ("4012 8888 8888 1881", "medium"),
        ("4012-8888-8888-1881", "medium"),
        ("4012 8888 8888 1881 valid 09/29", "high"),
        ("4012.8888.8888.1881", "medium"),
        (f"see {VISA}.", "low"),
        (f"%B{VISA}^DOE/J^2909", "high"),
        (f"x ;{VISA}=29091011000?", "high"),
        (f"a;{VISA};b", "low"),
        (f"see {VISA} 09/29", "medium"),
        (f"({VISA})", "low"),
        (f"order no. 4012 8888 8888 1881 {'x' * 20}", "low"),
        ("٤٠١٢ ٨٨٨٨ ٨٨٨٨ ١٨٨١", "medium"),
        ("4012 8888 8888 1881 is the discard pile", "medium"),
        (f"name,card number,city\nAnn,{VISA},Berlin", "high"),
        (f"card number,cvv\n{VISA},123", "high"),
        (f"12,{VISA}", "low"),
        (f"[{VISA},3]", "low"),
        ("card 4012 8888\n8888 1881, thanks", "high"),
        ("4012 8888\r\n8888 1881", "medium"),
        ("> card 4012 8888 8888\n> 1881", "high"),
        ("4012\t8888\t8888\t1881", "medium"),
        ("4012_8888_8888_1881", "medium"),
        ("4012/8888/8888/1881", "medium"),
        (f"PAN{VISA}", "high"),
        (f"Kreditkarte{VISA}", "high"),
        (f"card-{VISA}.txt", "high"),
        ("Vertragsnummer: 4012 8888 8888 1881, Kreditkarte folgt", "low"),
        ("Contract number: 4012 8888 8888 1881 (no credit)", "low"),
        ("Kreditkartennummer: 4012 8888 8888 1881", "high"),
    ],
)
def test_the_confidence_of_a_card(text: str, confidence: str) -> None:
    assert cards(text) == [(VISA, confidence)]


@pytest.mark.parametrize(
    "text",
    [
        "4012 8888 8888 1882",  # the check digit
        "3598899323053410",  # good check digit, nobody issues it
        "14012888888881881",
        "40128888888818810",
        "0.4012888888881881",
        "4012888888881881.25",
        "id_4012888888881881",
        "4012888888881881a",
        "a4012888888881881",
        "550e8400-e29b-41d4-4012-888888881881",
        "4012 8888.8888 1881",
        "122000000000003",  # too common without a word nearby
        "356938035643809 867686021234560",  # IMEIs
        "+49 171 4012888 8888 1881",
    ],
)
def test_what_is_no_card(text: str) -> None:
    assert cards(text) == []


@pytest.mark.parametrize("between", [" ", "\t"])
def test_rows_of_years_are_never_sure(between: str) -> None:
    row = between.join(("4110", "2024", "2025", "2026"))
    first = next(f"{each:04}" for each in range(4000, 5000) if passes_luhn(f"{each:04}202420252026"))
    row = row.replace("4110", first)
    assert [confidence for _, confidence in cards(f"Visa sales\n{row}\n")] == ["low"]


def test_a_card_among_many_groups_like_its_own_is_not_sure() -> None:
    others = "0123 0234 0345 0456 0567"
    assert cards(f"credit: {others} 4012 8888 8888 1881 {others}") == [(VISA, "medium")]


def test_lines_of_a_table_are_no_card() -> None:
    assert cards("1234 5678\n4012 8888\n8888 1881\n1234 5678\n") == []


def test_several_cards_of_one_line_of_csv_are_all_found() -> None:
    assert [value for value, _ in cards(f"{VISA},5425233430109903")] == [VISA, "5425233430109903"]


def test_one_check_digit_of_ten_is_good() -> None:
    assert [digit for digit in "0123456789" if passes_luhn(VISA[:-1] + digit)] == ["1"]


def test_a_weak_range_needs_a_word() -> None:
    assert cards("my credit card: 122000000000003") == [("122000000000003", "high")]


@pytest.mark.parametrize(
    "written",
    ["3714 496353 98431", "3056 930902 5904", "6011 0009 9013 9424", "4222 222 222 222", "6304 0000 0000 0000 00"],
)
def test_shapes_of_other_schemes(written: str) -> None:
    digits = written.replace(" ", "")
    wanted = passes_luhn(digits) and issuer_of(digits) is not None
    assert bool(cards(written)) is wanted


def test_cards_in_a_row_are_each_found() -> None:
    make = random.Random(1)
    numbers = []
    for _ in range(500):
        start = "5" + "".join(make.choices("12345", k=1)) + "".join(make.choices("0123456789", k=13))
        numbers.append(next(start + each for each in "0123456789" if passes_luhn(start + each)))
    written = " ".join(" ".join(each[at : at + 4] for at in range(0, 16, 4)) for each in numbers)
    assert [value for value, _ in cards(written)] == numbers
    assert [value for value, _ in cards(" ".join(numbers))] == numbers


def test_lookalikes_are_never_high() -> None:
    make = random.Random(2)
    for _ in range(3_000):
        digits = "".join(make.choices("0123456789", k=16))
        grouped = " ".join(digits[at : at + 4] for at in range(0, 16, 4))
        assert all(each.confidence == "low" for each in find_cards(f"seen {digits} today"))
        assert all(each.confidence == "medium" for each in find_cards(f"seen {grouped} today"))
        assert list(find_cards(f"at {make.randrange(1_600_000_000, 1_800_000_000)}{digits[:6]}")) == []


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("IBAN: DE89 3704 0044 0532 0130 00", "high"),
        ("DE89370400440532013000", "medium"),
        ("iban de89370400440532013000", "medium"),
        ("DE89-3704-0044-0532-0130-00", "medium"),
        ("DE89_3704_0044_0532_0130_00", "medium"),
        ("DE89/3704/0044/0532/0130/00", "medium"),
        ("IBAN DE89 3704 0044\n0532 0130 00", "high"),
        ("IBAN DE89 3704 0044\r\n> 0532 0130 00", "high"),
        ("IBANDE89370400440532013000", "high"),
        ("(DE89 3704 0044 0532 0130 00)", "medium"),
    ],
)
def test_ibans(text: str, confidence: str) -> None:
    assert [(each.value, each.confidence) for each in find_ibans(text)] == [("DE89370400440532013000", confidence)]


@pytest.mark.parametrize(
    "text",
    ["DE89 3704 0044 0532 0130 01", "DE8937040044053201300", "DE893704004405320130001", "XX89370400440532013000",
     "De89370400440532013000", "ADE89370400440532013000",
     "DE89 3704\n0044 0532\n0130 00"],
)  # fmt: skip
def test_what_is_no_iban(text: str) -> None:
    assert list(find_ibans(text)) == []


def test_every_country_takes_its_own_structure() -> None:
    from occ_media_cli.safety.sensitive.ibans import _countries

    make = random.Random(3)
    import re

    for country, structure in _countries().items():
        account = "".join(
            "".join(make.choices({"a": "ABC", "n": "0123456789", "c": "A1B2"}[kind], k=int(count)))
            for count, kind in re.findall(r"(\d+)([anc])", structure)
        )
        found = next(
            f"{country}{check:02}{account}" for check in range(2, 99) if passes_mod97(f"{country}{check:02}{account}")
        )
        assert [each.value for each in find_ibans(f"to {found} now")] == [found]


def key_of(form: str, seed: int = 5) -> str:
    """A key that a form describes, made at random."""
    make = random.Random(seed)
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ234567abcdefghjkmnopqrstuvwxyz"
    return form + "".join(make.choices(letters, k=36))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("token=" + key_of("ghp_"), "github-pat"),
        (f'"{key_of("sk_live_")}"', "stripe-access-token"),
        ("AKIA" + "Q7RZ2MKW5XN3VJ6T", "aws-access-token"),
        ("<key>" + "AIza" + "Sy" + "B7x_Qm2kLw9Rz4Tn8Vc1Hd6Jf3Gp5Ys0u" + "</key>", "gcp-api-key"),
        ("-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpQIBAAKCAQEAn6" * 8, "private-key"),
        (
            "-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128\n\n" + "MIIEpQIBAAKC" * 8,
            "private-key",
        ),
    ],
)
def test_keys(text: str, kind: str) -> None:
    assert kind in {each.kind for each in find_keys(text)}


@pytest.mark.parametrize(
    "text",
    [
        "ghp_" + "x" * 36,
        "AKIA" + "IOSFODNN7" + "EXAMPLE",
        "ghp_" + "ab" * 18,
        "ghp_short",
        "my" + key_of("ghp_"),
        key_of("ghp_") + "AA",
        "-----BEGIN PRIVATE KEY-----\nanything\n-----END PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\n" + "MIIEpQIBAAKCAQEAn6" * 8,
        "video_box.ico-7a388b69018576d24b59331fd60aab0c.png",
    ],
)
def test_what_is_no_key(text: str) -> None:
    assert list(find_keys(text)) == []


def test_entropy_counts_bits_a_character() -> None:
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2


def test_every_beginning_is_literal_and_has_a_form() -> None:
    forms = {beginning: forms_of(beginning) for beginning in key_beginnings()}
    assert len(forms) > 80
    assert all(beginning and several for beginning, several in forms.items())


def test_a_text_without_a_beginning_makes_no_form() -> None:
    forms_of.cache_clear()
    list(find_keys("an order of 1234567890123, and hello_world_of_words"))
    assert forms_of.cache_info().currsize == 0


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("Classification: Confidential", "high"),
        ("Einstufung:  VERTRAULICH", "high"),
        ("\nSTRICTLY CONFIDENTIAL\n", "high"),
        ("Heading\n  – internal use only –\ntext", "high"),
        ("سري للغاية", "high"),
        ("机密", "high"),
        ("this page is CONFIDENTIAL and yours", "medium"),
        ("CONFIDENTIAL DRAFT", "high"),
        ("Page 1 of 3 | Confidential", "high"),
        ("Confidential – 12 May 2026", "high"),
        ("ACME Confidential - Internal", "high"),
        ("Private & Confidential", "high"),
        ("Documento confidencial", "high"),
        ("GİZLİ", "high"),
        ("Klassifizierung: intern", "high"),
        ("Classification: Internal", "high"),
        ("THIS DOCUMENT IS THE CONFIDENTIAL PROPERTY OF ACME AND NOT YOURS", "medium"),
        ("ACME Confidential", "medium"),
    ],
)
def test_markings(text: str, confidence: str) -> None:
    assert [each.confidence for each in find_class_words(text)] == [confidence]


@pytest.mark.parametrize(
    "text",
    [
        "the doctor keeps it confidential, of course",
        "the secret of good bread",
        "THE SECRET OF GOOD BREAD",
        "confidentially\n",
        "Secret Garden | Chapter 3",
        "an intern works here\nintern\n",
        "he was – confidential – of course, and so was she, to the very end of it all, amen",
    ],
)
def test_words_in_sentences_mark_nothing(text: str) -> None:
    assert list(find_class_words(text)) == []


def test_two_markings_on_one_line_are_both_found() -> None:
    found = [each.confidence for each in find_class_words("Strictly Confidential - do not distribute")]
    assert found[0] == "high"


def test_letters_in_pieces_are_letters() -> None:
    from unicodedata import normalize

    for word in ("très secret", "ściśle tajne", "ＣＯＮＦＩＤＥＮＴＩＡＬ"):
        assert find_class_words(as_seen(normalize("NFD", word)).text)
        assert [each.confidence for each in find_class_words(as_seen(normalize("NFD", word)).text)] == ["high"]
    assert [each.confidence for each in find_class_words("ärger", [normalize("NFD", "ÄRGER")])] == ["high"]


def test_an_own_list_takes_the_place_of_the_one_built_in() -> None:
    assert [
        each.confidence for each in find_class_words("this is Project Phoenix, and Confidential", ["project phoenix"])
    ] == ["low"]
    assert list(find_class_words("Confidential", [])) == []
    assert list(find_class_words("Confidential", ["  "])) == []
