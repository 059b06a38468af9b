"""No file of which clamd says OK though it did not look inside is called clean."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.clamd import BODY, NAME, Clamd
from tests.unit.safety.antivirus import traps
from tests.unit.safety.antivirus.scans import scan_all, scan_one


@pytest.mark.parametrize("trap", traps.TRAPS, ids=lambda trap: trap.__name__)
def test_a_trap_is_not_clean(clamd: Clamd, trap: Callable[[], traps.Made]) -> None:
    name, content = trap()
    verdict = scan_one(clamd, content, name)
    assert verdict.state != "clean"
    assert verdict.found or verdict.unread  # and it is said why


def test_malware_that_we_unpack_is_found_with_its_place(clamd: Clamd) -> None:
    found = scan_all(clamd, dict([
        traps.pdf_attachment(), traps.base64_text(), traps.base64_archive(), traps.base64_quoted(), traps.wide_text(),
        traps.wide_part(), traps.uu_text(), traps.base64_short(),
    ]))  # fmt: skip
    where = {name: [each.where for each in verdict.found] for name, verdict in found.items()}
    assert where == {
        "attachment.pdf": ["1 attachment a.txt"],
        "base64.txt": ["base64 1"],
        "archive.txt": ["base64 1", "base64 1 › a.txt"],
        "quoted.txt": ["base64 1"],
        "wide.txt": ["as UTF-8"],
        "wide.docx": ["customXml/item1.xml › as UTF-8"],
        "uu.txt": ["", "uuencoded 1"],
        "short.txt": ["base64, short"],
    }
    assert {each.message for verdict in found.values() for each in verdict.found} == {f"malware: {NAME}"}


@pytest.mark.parametrize(
    "trap", [traps.many_members, traps.nested_archives, traps.encrypted_member, traps.pdf_password]
)
def test_defaults_of_clamd_call_nothing_clean(lenient_clamd: Clamd, trap: Callable[[], traps.Made]) -> None:
    name, content = trap()
    assert scan_one(lenient_clamd, content, name).state != "clean"


def test_a_clamd_that_does_not_tell_its_limits_calls_nothing_clean(lenient_clamd: Clamd) -> None:
    found = scan_all(lenient_clamd, {"a.txt": b"hello\n", "b.txt": BODY})
    assert found["a.txt"].state == "not-scanned"
    assert found["a.txt"].unread == (("", "clamd says OK of what lies beyond its limits"),)
    assert found["b.txt"].state == "infected"  # what is found, is found


def test_the_same_files_without_the_trap_are_clean(clamd: Clamd) -> None:
    """Else a verdict that is never clean would pass all of the above."""
    mail = b"From: a@example.com\nTo: b@example.com\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain\n"
    files = {
        "a.zip": traps.zipped({"a.txt": b"harmless", "b.txt": b"too"}),
        "two.zip": traps.zipped({"a.zip": traps.zipped({"a.txt": b"harmless"})}),
        "a.docx": traps.office({"word/printerSettings/printerSettings1.bin": b"\1\2\3" * 50}),
        "b.docx": traps.office({"word/embeddings/a.docx": traps.office({})}),
        "a.pdf": traps.pdf_with(b"harmless"),
        "a.txt": b"A text of words, and a digest: " + b"0123456789abcdef" * 4 + b"\n",
        "wide.txt": "harmless words".encode("utf-16"),
        "a.gz": traps.gzip.compress(b"harmless words"),
        "a.eml": mail + b"Content-Transfer-Encoding: base64\n\n" + traps.base64.encodebytes(b"harmless words"),
    }
    found = scan_all(clamd, files)
    assert {name: (verdict.state, verdict.unread) for name, verdict in found.items()} == dict.fromkeys(
        files, ("clean", ())
    )
    assert found["a.zip"].parts == 2
