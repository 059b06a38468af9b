"""The text of a document: the same in every save, another one after every edit, and none where a part is missing."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from occ_media_cli.library import read_text
from occ_media_cli.library.compare_words import LEAST_ALIKE
from occ_media_cli.library.fingerprint import alike
from occ_media_cli.library.read_text import DocumentFile, pack_words, read_documents, unpack_words
from occ_media_cli.library.split_words import words_of
from occ_media_cli.media.text import words as texts
from occ_media_cli.media.text.passage import Passage, UnreadText
from tests.unit.library.documents import MAKERS, docx, jobs, pdf, read, saved_again, text_of, xlsx
from tests.unit.media import build

pytest.importorskip("pikepdf")

KINDS = sorted(MAKERS)


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def fingerprint_of(found: DocumentFile) -> tuple[str, int, bytes | None]:
    assert found.text is not None, found
    return found.text.fingerprint


@pytest.mark.parametrize("kind", KINDS)
def test_another_save_has_the_same_text_and_other_bytes(tmp_path: Path, kind: str) -> None:
    content = MAKERS[kind](text_of(200))
    one, other = read(put(tmp_path, f"one.{kind}", content), put(tmp_path, f"other.{kind}", saved_again(kind, content)))
    assert one.sha256 == hashlib.sha256(content).hexdigest()
    assert one.sha256 != other.sha256
    assert fingerprint_of(one) == fingerprint_of(other)
    assert one.known is not None
    assert one.known.type == kind
    assert fingerprint_of(one)[1] >= 200


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("edited", [1, 6])
def test_an_edit_is_near_and_never_the_same(tmp_path: Path, kind: str, edited: int) -> None:
    lines = text_of(200)
    changed = [f"x{line[1:]}" if at % 20 < edited else line for at, line in enumerate(lines)]
    one, other = read(
        put(tmp_path, f"one.{kind}", MAKERS[kind](lines)), put(tmp_path, f"other.{kind}", MAKERS[kind](changed))
    )
    old, new = fingerprint_of(one), fingerprint_of(other)
    assert old[0] != new[0]
    assert old[2] is not None
    assert new[2] is not None
    assert alike(old[2], new[2]) >= LEAST_ALIKE


def test_other_documents_are_not_near(tmp_path: Path) -> None:
    paths = [put(tmp_path, f"{seed}.{kind}", MAKERS[kind](text_of(200, seed))) for seed in range(5) for kind in KINDS]
    found = [(each.path.split(b"/")[-1][:1], fingerprint_of(each)) for each in read(*paths)]
    for seed, one in found:
        for other_seed, other in found:
            assert one[2] is not None
            assert other[2] is not None
            if seed != other_seed:
                assert alike(one[2], other[2]) < 0.2


def test_slides_and_headers_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    (found,) = read(put(tmp_path, "a.pptx", MAKERS["pptx"]([f"slide{number}" for number in range(1, 13)])))
    assert found.text is not None
    words = found.text.words()
    assert words is not None
    assert words.index("slide2") < words.index("slide10")


def test_the_scripts_of_a_pdf_come_in_any_order(tmp_path: Path) -> None:
    import io

    import pikepdf

    def with_scripts(*scripts: str) -> bytes:
        held = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf(text_of(100)))) as file:
            actions = [pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=script) for script in scripts]
            file.Root["/Scripts"] = pikepdf.Array([file.make_indirect(each) for each in actions])
            file.save(held)
        return held.getvalue()

    one, other, changed = read(
        put(tmp_path, "one.pdf", with_scripts("first = 1;", "second = 2;")),
        put(tmp_path, "other.pdf", with_scripts("second = 2;", "first = 1;")),
        put(tmp_path, "changed.pdf", with_scripts("second = 2;", "first = 3;")),
    )
    assert fingerprint_of(one)[1] == 106
    assert fingerprint_of(one) == fingerprint_of(other)
    assert fingerprint_of(one)[0] != fingerprint_of(changed)[0]


def test_an_attachment_counts_and_one_that_nothing_leads_to_does_not(tmp_path: Path) -> None:
    import io

    import pikepdf

    def attached(text: str, *, named: bool) -> bytes:
        held = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf(text_of(100)))) as file:
            if named:
                file.attachments["terms.txt"] = text.encode()
            else:
                loose = file.make_stream(text.encode(), Type=pikepdf.Name.EmbeddedFile)
                file.Root["/Loose"] = loose
            file.save(held)
        return held.getvalue()

    plain, one, other, loose = read(
        put(tmp_path, "plain.pdf", pdf(text_of(100))),
        put(tmp_path, "one.pdf", attached("costs 4.99", named=True)),
        put(tmp_path, "other.pdf", attached("costs 5.49", named=True)),
        put(tmp_path, "loose.pdf", attached("costs 5.49", named=False)),
    )
    assert fingerprint_of(one)[1] == fingerprint_of(plain)[1] + 2
    assert fingerprint_of(one)[0] != fingerprint_of(other)[0]
    assert fingerprint_of(loose) == fingerprint_of(plain)


def test_who_wrote_it_is_no_word_of_it(tmp_path: Path) -> None:
    for kind in KINDS:
        one, other = read(
            put(tmp_path, f"one.{kind}", MAKERS[kind](text_of(100), by="Ann")),
            put(tmp_path, f"other.{kind}", MAKERS[kind](text_of(100), by="Bob")),
        )
        assert one.sha256 != other.sha256
        assert fingerprint_of(one) == fingerprint_of(other)


def test_a_long_text_is_the_same_however_it_is_packed(tmp_path: Path) -> None:
    """It comes in pieces whose ends depend on how the file is compressed."""
    content = docx(["(5) – 4.99 € " + line for line in text_of(120_000)])
    one, other = read(put(tmp_path, "one.docx", content), put(tmp_path, "other.docx", saved_again("docx", content)))
    assert fingerprint_of(one) == fingerprint_of(other)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.png", build.png(), "it has no text"),
        ("a.docx", build.office("docx"), "it has no text"),
        ("a.xls", build.xls(), "the text of an old Office file (xls) is read in part only: save it as xlsx"),
        ("a.doc", build.doc(), "the text of an old Office file (doc) is read in part only: save it as docx"),
        ("a.bin", bytes(range(256)) * 9, "the text of a file of unknown type is not read"),
        ("a.txt", b"", "it has no bytes"),
        ("a.txt", b"   \n -- ...\n", "it has no text"),
    ],
)
def test_why_there_is_no_text(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (found,) = read(put(tmp_path, name, content))
    assert (found.text, found.text_missing) == (None, why)
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.known is not None


def test_a_part_that_was_not_read_leaves_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "a.docx", docx(text_of(200)))
    assert fingerprint_of(read(path)[0])
    said = [Passage("a word"), UnreadText("word/comments.xml", "it is no XML"), Passage("another")]
    monkeypatch.setattr(texts, "read_words", lambda *_: iter(said))
    (found,) = read(path)
    assert (found.text, found.text_missing) == (None, "word/comments.xml: it is no XML")


def test_without_the_reader_one_line_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "a.pdf", pdf(text_of(100)))
    for name in ("pypdfium2", "pikepdf"):
        with monkeypatch.context() as patch:
            patch.setattr("importlib.util.find_spec", lambda asked, gone=name: None if asked == gone else object())
            (found,) = read(path)
        assert found.text_missing == f"its text is read with {name}: pip install 'occ-media[safety]'"
        assert found.sha256


def test_a_text_that_is_too_long_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_text, "MOST_WORDS", 100)
    (found,) = read(put(tmp_path, "a.txt", "\n".join(text_of(200)).encode()))
    assert found.text is None
    assert "is longer than" in (found.text_missing or "")


def test_words_over_the_cap_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "a.txt", "\n".join(text_of(200)).encode())
    (found,) = read(path)
    assert found.text is not None
    assert found.text.words() == [word for line in text_of(200) for word in words_of(line)]
    monkeypatch.setattr(read_text, "MOST_KEPT", 199)
    (found,) = read(path)
    assert found.text is not None
    assert found.text.packed is None
    assert found.text.fingerprint.minhash is not None


def test_words_that_somebody_altered_are_none() -> None:
    words = text_of(100)
    packed = pack_words(words)
    assert packed is not None
    digest = read_text.digest_of_words(words)
    assert unpack_words(packed, digest) == words
    assert unpack_words(pack_words([*words, "more"]) or b"", digest) is None
    assert unpack_words(packed[:-9], digest) is None
    assert unpack_words(b"no zlib", digest) is None
    assert unpack_words(packed + b"more", digest) is None


@pytest.mark.parametrize(
    ("does", "why"),
    [
        (lambda: os.kill(os.getpid(), signal.SIGSEGV), "reading its text was ended by SIGSEGV"),
        (lambda: time.sleep(30), "reading its text took longer than 1 s"),
        (lambda: [bytearray(1 << 28) for _ in range(64)], "its text needs too much memory"),
        (lambda: {}["no"], "its text cannot be read (KeyError)"),
    ],
)
def test_a_file_that_takes_its_worker_down_is_known_by_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: object, why: str
) -> None:
    def dies(*_: object) -> None:
        does()  # type: ignore[operator]

    monkeypatch.setattr(read_text, "SECONDS", 1.0 if "1 s" in why else 20.0)
    monkeypatch.setattr(read_text, "read_words_of", dies)
    path = put(tmp_path, "a.txt", b"some words\n")
    found, absent = read(path, tmp_path / "absent")
    assert (found.text, found.text_missing, found.unreadable) == (None, why, None)
    assert found.sha256 == hashlib.sha256(b"some words\n").hexdigest()
    assert absent.unreadable == "there is no such file"


def test_a_text_that_is_known_by_its_bytes_is_not_read(tmp_path: Path) -> None:
    path = put(tmp_path, "a.xlsx", xlsx(text_of(100)))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    (found,) = read(path, known=[sha256])
    assert (found.sha256, found.text, found.text_missing) == (sha256, None, None)


@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    paths = [put(tmp_path, f"{number}.txt", f"some words {number}".encode()) for number in range(30)]
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert len(read(*paths, tmp_path / "absent")) == 31
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    some = read_documents(jobs(*paths))
    next(some)
    some.close()  # type: ignore[attr-defined]  # whoever asked wants no more
    assert len(list(Path("/proc/self/fd").iterdir())) == before
