"""Reading mails part by part: where each begins and ends, whatever stands between."""

from __future__ import annotations

from io import BytesIO

import pytest

from occ_media_cli.media.unpack.mail_files import why_no_file
from occ_media_cli.media.unpack.mail_lines import pieces_of
from occ_media_cli.media.unpack.mime_reader import Limits, Part, UnreadableMail, read_mail


def parts(text: str, limits: Limits | None = None, *, into_mails: bool = False) -> list[tuple[str, bytes]]:
    """(type, bytes) of each part that is not made of parts, as they stand in the mail."""
    found: dict[Part, bytes] = {}
    for part, data in read_mail(pieces_of(BytesIO(text.encode()).read), limits or Limits(), into_mails=into_mails):
        if part.is_leaf:
            found[part] = found.get(part, b"") + (data or b"")
    return [(part.media_type, content) for part, content in found.items()]


MIXED = """From: a@example.com
Content-Type: multipart/mixed; boundary="b"

before
--b
Content-Type: text/plain

one

--b
Content-Type: application/pdf

two
--b--
behind
"""


def test_each_part_ends_before_the_line_that_follows_it() -> None:
    assert parts(MIXED) == [("text/plain", b"one\n"), ("application/pdf", b"two")]
    dos = MIXED.replace("\n", "\r\n")
    assert parts(dos) == [("text/plain", b"one\r\n"), ("application/pdf", b"two")]


def test_parts_behind_the_last_one_are_parts() -> None:
    more = MIXED + "--b\nContent-Type: image/png\n\nthree\n--b--\n"
    assert parts(more)[-1] == ("image/png", b"three")
    unended = more.removesuffix("--b--\n")
    ended = [part for part, data in read_mail(pieces_of(BytesIO(unended.encode()).read)) if data is None]
    assert ended[-1].cut, "the last of them has no end"


def test_a_mail_that_is_cut_off_gives_what_is_there() -> None:
    events = list(read_mail(pieces_of(BytesIO(MIXED[: MIXED.index("--b--")].encode()).read)))
    assert [part.media_type for part, data in events if data is None and part.cut] == ["multipart/mixed"]
    assert parts(MIXED[: MIXED.index("--b--")])[-1] == ("application/pdf", b"two\n")


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: multipart/mixed",
        "Content-Type: multipart/mixed; boundary=other",
        "Content-Type: multipart/mixed; boundary=''",
    ],
)
def test_parts_that_are_not_found_are_told(head: str) -> None:
    text = MIXED.replace('Content-Type: multipart/mixed; boundary="b"', head)
    ended = [part for part, data in read_mail(pieces_of(BytesIO(text.encode()).read)) if data is None]
    assert any(part.unsplit for part in ended)


def test_the_same_boundary_twice_ends_the_inner_parts_first() -> None:
    inner = MIXED.replace(
        "Content-Type: application/pdf\n\ntwo", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nin\n--b--"
    )
    assert parts(inner + "--b\nContent-Type: a/b\n\nlast\n--b--\n") == [
        ("text/plain", b"one\n"), ("text/plain", b"in"), ("a/b", b"last"),
    ]  # fmt: skip


def test_a_mail_in_a_mail_is_one_part_or_has_parts() -> None:
    whole = (
        "Subject: around\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: message/rfc822\n\n"
        + MIXED
        + "--o--\n"
    )
    assert [kind for kind, _ in parts(whole)] == ["message/rfc822"]
    assert [kind for kind, _ in parts(whole, into_mails=True)] == ["text/plain", "application/pdf"]
    digest = whole.replace("multipart/mixed; boundary=o", "multipart/digest; boundary=o").replace(
        "Content-Type: message/rfc822\n", ""
    )
    assert [kind for kind, _ in parts(digest)] == ["message/rfc822"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no header"),
        ("words only\nand more\n", "has no header"),
        ("http://example.com\n\n", "has no header"),
        ("Subject: " + "x" * 300 + "\n\n", "a header of more than 200 bytes"),
        (MIXED, "more than 2 parts"),
        (MIXED.replace("text/plain\n", "multipart/mixed; boundary=c\n\n--c\nContent-Type: multipart/mixed; boundary=d\n"), "deeper than 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(text: str, words: str) -> None:
    limits = Limits(depth=1 if "deeper" in words else 9, parts=2 if "2 parts" in words else 99, header=200)
    with pytest.raises(UnreadableMail, match=words):
        parts(text, limits)


@pytest.mark.parametrize(
    "text",
    [
        "\n\n" + MIXED,
        "\ufeff" + MIXED,
        "From a@b Mon Jan  1 00:00:00 2024\n" + MIXED,
        MIXED.replace("From: a", "a line of no field\nFrom: a"),
        MIXED.replace("\n", "\r"),
        MIXED.replace("--b\n", "--b  \t\n"),
        MIXED.replace('boundary="b"', "\nboundary=b"),
    ],
)
def test_small_mistakes_lose_no_part(text: str) -> None:
    assert [kind for kind, _ in parts(text)] == ["text/plain", "application/pdf"]


def test_bytes_of_any_length_come_in_pieces() -> None:
    line = b"x" * 3_000_000
    mail = b"Content-Type: application/pdf\n\n" + line + b"\n--no boundary\n" + b"y\n" * 500_000
    events = [data for _, data in read_mail(pieces_of(BytesIO(mail).read)) if data]
    assert b"".join(events) == line + b"\n--no boundary\n" + b"y\n" * 500_000
    assert max(map(len, events)) <= 1_400_000


@pytest.mark.parametrize(
    ("head", "around", "why"),
    [
        ("Content-Type: image/png", "mixed", None),
        ("Content-Type: image/png\nContent-ID: <logo>\nContent-Disposition: inline", "related", None),
        ("Content-Type: text/plain", "mixed", "the words"),
        ("Content-Type: text/plain; name=body.txt", "mixed", "the words"),
        ("Content-Type: text/plain; name=a.txt\nContent-Disposition: inline", "mixed", None),
        ("Content-Type: text/html\nContent-Disposition: attachment", "mixed", None),
        ("Content-Type: text/csv", "mixed", None),
        ("Content-Type: text/x-amp-html", "alternative", "another form of the words"),
        ("Content-Type: application/pdf", "alternative", None),
        ("Content-Type: text/calendar; method=REQUEST", "mixed", "the invitation"),
        ("Content-Type: text/calendar; name=invite.ics", "mixed", None),
        (
            "Content-Type: application/pkcs7-signature; name=smime.p7s\nContent-Disposition: attachment",
            "mixed",
            "a signature",
        ),
        ("Content-Type: application/pkcs7-mime; name=smime.p7m", "mixed", None),
        ("Content-Type: application/pgp-encrypted", "encrypted", "the version of an encryption"),
        ("Content-Type: message/rfc822", "mixed", None),
        (
            "Content-Type: message/rfc822\nContent-Disposition: attachment; filename=a.eml",
            "report",
            "the mail that a report returns",
        ),
        ("Content-Type: message/delivery-status; name=details.txt", "report", "part of a report"),
        ("Content-Type: text/rfc822-headers", "mixed", "part of a report"),
        ("Content-Type: application/applefile; name=a", "appledouble", "the fork of a file"),
        ("Content-Type: message/partial; id=1", "mixed", "a piece of a mail"),
        ("Content-Type: message/external-body; access-type=URL", "mixed", "a pointer"),
    ],
)
def test_which_part_is_a_file(head: str, around: str, why: str | None) -> None:
    text = f"To: b@example.com\nContent-Type: multipart/{around}; boundary=b\n\n--b\n{head}\n\nx\n--b--\n"
    leaf = next(part for part, _ in read_mail(pieces_of(BytesIO(text.encode()).read)) if part.is_leaf)
    assert why_no_file(leaf) == why
