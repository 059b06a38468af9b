"""Time stamps are verified offline, against an authority made for the test."""

from __future__ import annotations

import random
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from occ_media_cli import times
from occ_media_cli.errors import Incomplete, MalformedInput, PartMissing
from occ_media_cli.store import timestamps
from tests.unit.store.tsa import Authority, needs_openssl

DIGEST, NONCE = sha256(b"checkpoint").digest(), 0xFEDCBA9876543210


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    pytest.importorskip("rfc3161_client")
    return Authority.made(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture(scope="module")
def answer(authority: Authority) -> bytes:
    return authority.answer(timestamps.query(DIGEST, NONCE))


def trusted(authority: Authority) -> object:
    return timestamps.load_certificates(authority.root)


def refusal(authority: Authority, answer: bytes, digest: bytes = DIGEST, nonce: int | None = NONCE) -> str:
    with pytest.raises(timestamps.BadStamp) as caught:
        timestamps.verify_answer(answer, digest, nonce, trusted(authority))  # type: ignore[arg-type]  # certificates
    return caught.value.words


@needs_openssl
@pytest.mark.parametrize("nonce", [0, 1, 0x7F, 0x80, 0xFF, 2**63 - 1, 2**63, 2**64 - 1])
def test_openssl_reads_the_query(authority: Authority, nonce: int) -> None:
    (authority.folder / "own").write_bytes(timestamps.query(DIGEST, nonce))
    said = authority.run("ts", "-query", "-in", "own", "-text").decode()
    assert "Hash Algorithm: sha256" in said
    assert "Certificate required: yes" in said
    assert f"Nonce: 0x{nonce:02X}" in said or f"Nonce: 0x{nonce:X}" in said
    dump = "".join(line.partition(" - ")[2][:48] for line in said.splitlines() if " - " in line)
    assert "".join(dump.replace("-", " ").split()) == DIGEST.hex()


@needs_openssl
def test_an_answer_says_when_and_by_whom(authority: Authority, answer: bytes) -> None:
    before = times.wall()
    found = timestamps.verify_answer(answer, DIGEST, NONCE, trusted(authority))  # type: ignore[arg-type]  # certificates
    assert abs(found.time - before) < 120_000
    assert found.by == "CN=Test TSA"
    assert timestamps.verify_answer(answer, DIGEST, None, trusted(authority)) == found  # type: ignore[arg-type]  # as above


@needs_openssl
def test_what_does_not_stamp_this_digest_is_refused(authority: Authority, answer: bytes, tmp_path: Path) -> None:
    assert refusal(authority, answer, sha256(b"another").digest()) == "it covers another digest"
    assert refusal(authority, answer, nonce=NONCE + 1) == "it answers another query: its nonce is another"
    other = Authority.made(tmp_path / "other")
    assert refusal(other, answer).startswith("its certificate is not trusted: ")
    code = authority.answer_by("code", timestamps.query(DIGEST, NONCE))
    assert refusal(authority, code) == "its certificate is not made for time stamps"
    assert refusal(authority, authority.refusal()).startswith("the authority did not grant it")


@needs_openssl
def test_a_damaged_answer_never_passes_for_another_time(authority: Authority, answer: bytes) -> None:
    true = timestamps.verify_answer(answer, DIGEST, NONCE, trusted(authority))  # type: ignore[arg-type]  # certificates
    for length in range(0, len(answer), 7):
        assert refusal(authority, answer[:length])
    drawn = random.Random(5)
    for _ in range(400):
        broken = bytearray(answer)
        broken[drawn.randrange(len(broken))] = drawn.randrange(256)
        try:
            found = timestamps.verify_answer(bytes(broken), DIGEST, NONCE, trusted(authority))  # type: ignore[arg-type]
        except timestamps.BadStamp:
            continue
        assert found.time == true.time  # a byte that says nothing, such as that of a status in words


def test_a_text_that_is_no_answer() -> None:
    assert timestamps.of_text(timestamps.as_text(b"\x30\x00")) == b"\x30\x00"
    for wrong in (None, 5, "", "%%%", "é", "A" * 100_000, ["x"]):
        with pytest.raises(ValueError, match="not a time stamp"):
            timestamps.of_text(wrong)


def test_files_that_are_none(tmp_path: Path) -> None:
    for data in (b"", b"x" * 70_000):
        (tmp_path / "r").write_bytes(data)
        with pytest.raises(MalformedInput, match="no answer to a time-stamp query"):
            timestamps.load_answer(tmp_path / "r")
    with pytest.raises(Incomplete, match="the time stamp cannot be read: no such file"):
        timestamps.load_answer(tmp_path / "none")


def test_certificates_that_are_none(tmp_path: Path) -> None:
    pytest.importorskip("rfc3161_client")
    for data in (
        b"",
        b"\x30\x03\x02\x01\x00",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"\0" * 999,
    ):
        (tmp_path / "c").write_bytes(data)
        with pytest.raises(MalformedInput, match="no certificate"):
            timestamps.load_certificates(tmp_path / "c")
    with pytest.raises(Incomplete):
        timestamps.load_certificates(tmp_path / "none")


def test_a_missing_extra_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    for call in (
        lambda: timestamps.load_certificates(tmp_path / "c"),
        lambda: timestamps.verify_answer(b"", DIGEST, None, ()),
    ):
        with pytest.raises(PartMissing, match="time stamps need the extra 'timestamp'") as caught:
            call()
        assert caught.value.hint == "pip install 'occ-media[timestamp]'"
