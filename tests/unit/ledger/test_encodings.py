"""Text that is not UTF-8: what a mapping says is read, what a mark says too, and of the rest a person is told a guess."""

from __future__ import annotations

import io

import pytest

from occ_media_cli.ledger.sources.encodings import Recoded, is_encoding, likely_encoding

SAMPLES = [
    ("windows-1256", "أحمد"), ("windows-1256", "فاتورة مارس.pdf"), ("windows-1251", "Иванов, счёт за март"),
    ("windows-1252", "Müller, Rechnung für März"), ("windows-1252", "José, café à la carte – été"),
    ("windows-1253", "Παπαδόπουλος, τιμολόγιο"), ("windows-1255", "כהן, חשבונית"), ("cp874", "สมชาย, ใบเสร็จ"),
    ("shift_jis", "田中、請求書三月"), ("gb18030", "王小明,三月发票"), ("euc_kr", "김철수, 영수증"),
]  # fmt: skip


@pytest.mark.parametrize(("encoding", "text"), SAMPLES)
def test_the_likely_encoding_is_named(encoding: str, text: str) -> None:
    assert likely_encoding(f"id,name\n1,{text}\n".encode(encoding)) == encoding


@pytest.mark.parametrize("text", ["\xe4.pdf", "\xe4", "a \xe0 b"])
def test_one_letter_alone_is_an_accent_and_no_language(text: str) -> None:
    assert likely_encoding(f"id,name\n1,{text}\n".encode("windows-1252")) == "windows-1252"


def test_nothing_is_guessed_of_plain_text_and_of_noise() -> None:
    assert likely_encoding(b"id,name\n1,a\n") is None
    assert likely_encoding(bytes(range(0x80, 0x100))) is None


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1_000])
@pytest.mark.parametrize(("encoding", "text"), [*SAMPLES, ("utf-16", "Zoë \U0001f600")])
def test_a_stream_becomes_utf8_however_it_is_cut(encoding: str, text: str, piece: int) -> None:
    class Cut(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(piece)

    stream = Recoded(Cut(text.encode(encoding)), encoding)
    assert b"".join(iter(stream.read, b"")).decode() == text


def test_bytes_that_are_no_character_stay_to_be_refused() -> None:
    assert Recoded(io.BytesIO(b"a\x81b"), "windows-1252").read() == b"a\x81b"


@pytest.mark.parametrize("name", ["rot13", "idna", "hex", "unicode_escape", "none-such", "utf-7", "", "base64"])
def test_what_is_no_encoding_of_a_file_is_refused(name: str) -> None:
    assert not is_encoding(name)
