"""Undoing transfer encodings: in any pieces as in one, and as other programs do it."""

from __future__ import annotations

import base64
import binascii
import quopri
import time
from random import Random

import pytest

from occ_media_cli.media.unpack.transfer import decoder_of


def undone(transfer: str, *pieces: bytes) -> tuple[bytes, bool]:
    decoder = decoder_of(transfer)
    assert decoder is not None
    found = b"".join(map(decoder.feed, pieces)) + decoder.end()
    return (found if decoder.instead is None else decoder.instead), decoder.odd


@pytest.mark.parametrize(
    ("letters", "content", "odd"),
    [
        (b"aGVsbG8=\r\n", b"hello", False),
        (b"aGVs\r\nbG8=\r\n", b"hello", False),
        (b"aGV*sb!G8=", b"hello", True),
        (b"aGVsbG8", b"hello", True),
        (b"aGVsbG8=aGVsbG8=", b"hello", True),
        (b"aG=VsbG8=", b"hello", True),
        (b"aGVsb", b"aGVsb", True),
        (b"", b"", False),
    ],
)
def test_base64(letters: bytes, content: bytes, odd: bool) -> None:
    for cut in range(len(letters) + 1):
        assert undone("base64", letters[:cut], letters[cut:]) == (content, odd)


def test_base64_as_pythons_own_reader_has_it() -> None:
    from email._encoded_words import decode_b  # the reader of its messages, for what is broken

    random = Random(3)
    for _ in range(2_000):
        letters = bytearray(base64.encodebytes(random.randbytes(random.randrange(60))))
        for _ in range(random.randrange(4)):
            if letters:
                letters[random.randrange(len(letters))] = random.choice(b"=!*\nAb")
        whole = bytes(letters)
        cut = random.randrange(len(whole) + 1)
        assert undone("base64", whole[:cut], whole[cut:])[0] == decode_b(b"".join(whole.splitlines()))[0]


def test_quoted_printable_in_pieces() -> None:
    random = Random(4)
    for _ in range(500):
        text = bytes(random.choice(b"=3DAB \t\r\nxyz=20_") for _ in range(random.randrange(80)))
        cut = random.randrange(len(text) + 1)
        assert undone("quoted-printable", text[:cut], text[cut:])[0] == quopri.decodestring(text)


def test_uuencoded_lines() -> None:
    lines = b"words before\nbegin 644 a.txt\n" + binascii.b2a_uu(b"hello") + b"`\nend\nbehind\n"
    assert undone("x-uuencode", lines[:20], lines[20:]) == (b"hello", False)


def test_what_is_no_encoding_leaves_bytes_alone() -> None:
    for word in ("", "7bit", "8bit", "binary", "8-bit"):
        assert undone(word, b"a\0\xff", b"=\n") == (b"a\0\xff=\n", False)
    assert decoder_of("x-gzip64") is None


def test_padding_everywhere_takes_no_longer_than_letters() -> None:
    begin = time.process_time()
    undone("base64", *[b"A=" * 32_768] * 10)
    assert time.process_time() - begin < 2
