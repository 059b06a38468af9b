"""Boxes of mails: where one ends, what quotes are taken off, and when a stated length is believed."""

from __future__ import annotations

from io import BytesIO

from occ_media_cli.media.unpack.mail_boxes import mails_of
from occ_media_cli.media.unpack.mail_lines import pieces_of

FROM = b"From a@example.com Mon Jan  1 00:00:00 2024\n"


def cut(box: bytes, *, peeks: bool = True) -> list[tuple[int, bytes]]:
    peek = (lambda at: box[max(at, 0) : at + 64]) if peeks else None
    return [(line, b"".join(mail)) for line, mail in mails_of(pieces_of(BytesIO(box).read), peek)]


def test_a_mail_ends_at_a_line_behind_an_empty_one() -> None:
    one, two = b"Subject: 1\n\nwords\nFrom here it goes on\n", b"Subject: 2\n\n"
    assert cut(FROM + one + b"\n" + FROM + two) == [(2, one), (8, two)]
    assert [mail for _, mail in cut((FROM + one + b"\n" + FROM + two).replace(b"\n", b"\r\n"))] == [
        one.replace(b"\n", b"\r\n"), two.replace(b"\n", b"\r\n"),
    ]  # fmt: skip


def test_a_sentence_behind_an_empty_line_ends_no_mail() -> None:
    mail = b"Subject: 1\n\nwords\n\nFrom my point of view\nit is fine\n"
    assert cut(FROM + mail) == [(2, mail)]
    assert len(cut(FROM + mail + b"\nFrom nobody\nReturn-Path: <>\n\n")) == 2


def test_one_quote_comes_off() -> None:
    box = FROM + b"Subject: 1\n\n>From a\n>>From b\n> From c\n>other\n"
    assert cut(box)[0][1] == b"Subject: 1\n\nFrom a\n>From b\n> From c\n>other\n"


def test_a_length_is_believed_where_the_next_mail_is_there() -> None:
    body = b"words\n\n" + FROM + b"Subject: inside\n\n>From x\n"
    counted = FROM + b"Content-Length: %d\nSubject: 1\n\n" % len(body) + body
    for behind in (b"", b"\n", b"\n" + FROM + b"Subject: 2\n\n"):
        mails = cut(counted + behind)
        assert mails[0][1].endswith(body)
        assert len(mails) == 1 + behind.count(b"From a")
    assert len(cut(counted, peeks=False)) == 2
    wrong = counted.replace(b"Content-Length: ", b"Content-Length: 9")
    assert len(cut(wrong)) == 2


def test_a_mail_that_is_not_read_to_its_end_is_passed_over() -> None:
    box = FROM + b"Subject: 1\n\nwords\n\n" + FROM + b"Subject: 2\n\n"
    assert [next(mail) for _, mail in mails_of(pieces_of(BytesIO(box).read))] == [b"Subject: 1\n", b"Subject: 2\n"]
