"""One verdict out of many checks: clean only where each of them saw all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.decide.check import problems_for, scan_problems
from occ_media_cli.decide.policy import InboxPolicy, Policy, Switch
from occ_media_cli.errors import PartMissing
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.safety import scan as scans
from occ_media_cli.safety.antivirus import Asked, Scanned
from occ_media_cli.safety.checks import CHECKS
from occ_media_cli.safety.copies import CopyWriter
from occ_media_cli.safety.found import Found, Looked
from occ_media_cli.safety.on_record import as_record, of_other_bytes
from occ_media_cli.safety.scan import Scanner
from occ_media_cli.safety.scan_request import ScanRequest
from occ_media_cli.safety.scan_result import MOST_UNSEEN, ScanResult
from occ_media_cli.sandbox.pool import Failed, Job
from occ_media_cli.values import replace
from tests.unit.media.build import VALID

pytest.importorskip("pikepdf")

MACRO = Found("macro-auto-run", "error", "a macro that runs by itself", "word/vbaProject.bin", "Save it plain.")
LINK = Found("link", "note", "a link", "page 1")
CARD = Found("card-number", "error", "high: 4111 **** **** 1111", "page 2", "Black it out.")
MALWARE = Found("infected-file", "error", "malware: Eicar", "", "delete it")


def jobs(folder: Path, *names: str) -> Iterator[Job]:
    for name in names:
        path = folder / name
        if path.exists():
            fd = os.open(path, os.O_RDONLY)
            yield Job(fd, path.stat().st_size, name, name)
        else:
            yield Job(-1, -1, "", name, Failed("there is no such file"))


def says(monkeypatch: pytest.MonkeyPatch, **looked: Looked | Callable[..., Looked]) -> None:
    """Let checks say this of every file, and the others nothing."""

    for name, check in CHECKS.items():
        found = looked.get(name, Looked())
        look = found if callable(found) else lambda *_, found=found: found
        monkeypatch.setitem(CHECKS, name, check._replace(look=lambda *_, look=look: look))  # type: ignore[arg-type]  # it is a dict


class Engine:
    """An antivirus that says the same of every file."""

    about = None

    def __init__(self, state: str, found: tuple[Found, ...] = (), unread: tuple[tuple[str, str], ...] = ()) -> None:
        self.said = (state, found, unread)

    def scan(self, files: Iterable[Asked]) -> Iterator[Scanned]:
        for asked in files:
            assert os.pread(asked.fd, 1, 0) or asked.size == 0, "the file is open until its verdict"
            yield Scanned(asked.tag, *self.said, 3)  # type: ignore[arg-type]  # words of the vocabulary


def scan(folder: Path, *names: str, engine: Engine | None = None, **more: Any) -> list[ScanResult]:
    with Scanner(ScanRequest(antivirus="off", **more), 0) as scanner:
        scanner._engine = engine  # type: ignore[assignment]  # it has what is asked of one
        return list(scanner.scan(jobs(folder, *names)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_bytes(b"Good morning.\n")
    (tmp_path / "b.png").write_bytes(VALID["png"])
    return tmp_path


@pytest.mark.parametrize(
    ("checks", "engine", "verdict"),
    [
        ({}, None, "clean"),
        ({}, Engine("clean"), "clean"),
        ({"active": Looked((LINK,))}, Engine("clean"), "clean"),
        ({"active": Looked((MACRO,))}, Engine("clean"), "flagged"),
        ({"sensitive": Looked((CARD,))}, None, "flagged"),
        ({"metadata": Looked(unread=(("", "it is damaged"),))}, Engine("clean"), "not-scanned"),
        ({"active": Looked((MACRO,), (("x", "it is encrypted"),))}, None, "not-scanned"),
        ({}, Engine("not-scanned", unread=(("", "clamd is gone"),)), "not-scanned"),
        ({}, Engine("not-scanned"), "not-scanned"),
        ({}, Engine("infected", (MALWARE,)), "infected"),
        ({"active": Looked(unread=(("", "x"),))}, Engine("infected", (MALWARE,)), "infected"),
    ],
)
def test_a_verdict(
    folder: Path, monkeypatch: pytest.MonkeyPatch, checks: dict[str, Looked], engine: Engine | None, verdict: str
) -> None:
    says(monkeypatch, **checks)
    found = scan(folder, "a.txt", "b.png", engine=engine)
    assert [each.verdict for each in found] == [verdict, verdict]
    assert [each.type for each in found] == ["txt", "png"]
    assert all(each.antivirus == (engine.said[0] if engine else "off") for each in found)


def test_what_is_hashed_looked_at_and_asked_about_are_the_same_bytes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes other bytes into the file, and the old time, before the antivirus sees it."""
    from hashlib import sha256

    seen = []

    class Late(Engine):
        def scan(self, files: Iterable[Asked]) -> Iterator[Scanned]:
            for asked in files:
                (folder / "a.txt").write_bytes(b"Other bytes!!!")
                os.utime(folder / "a.txt", (1, 1))
                seen.append(sha256(os.pread(asked.fd, 99, 0)).hexdigest())
                yield Scanned(asked.tag, "clean")

    says(monkeypatch)
    found = scan(folder, "a.txt", engine=Late("clean"))
    assert [each.sha256 for each in found] == seen == [sha256(b"Good morning.\n").hexdigest()]


def test_a_file_of_which_no_copy_can_be_held_is_not_scanned(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from occ_media_cli.sandbox import still

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    says(monkeypatch)
    monkeypatch.setattr(still, "_fill", full)
    found = scan(folder, "a.txt", "b.png")
    assert [each.verdict for each in found] == ["not-scanned"] * 2
    assert found[0].found[0].message == "no copy could be held of it: no space left on device"


def _crash(*_: object) -> Looked:
    os.abort()


def _raise(*_: object) -> Looked:
    raise ValueError("4111 1111 1111 1111")


def test_a_check_that_fails_costs_the_file_its_clean_and_tells_nothing_of_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(monkeypatch, sensitive=_raise)
    (found,) = scan(folder, "a.txt", engine=Engine("clean"))
    assert (found.verdict, found.unseen[0].message) == ("not-scanned", "sensitive text: it cannot be read (ValueError)")
    assert "4111" not in repr(found)
    assert as_record(found, "clamav 1").state == "not-scanned"


def test_a_file_that_takes_a_worker_down_costs_itself_and_malware_is_told_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(source: Any, kind: str | None) -> Looked:
        return _crash() if kind == "png" else Looked()

    says(monkeypatch, active=check)
    first, second, third = scan(folder, "a.txt", "b.png", "a.txt", engine=Engine("clean"))
    assert [first.verdict, second.verdict, third.verdict] == ["clean", "not-scanned", "clean"]
    assert second.antivirus == "not-scanned"
    assert "SIGABRT" in second.found[0].message
    (found,) = scan(folder, "b.png", engine=Engine("infected", (MALWARE,)))
    assert (found.verdict, found.found[0].code) == ("infected", "infected-file")


def test_files_keep_their_order_also_those_that_cannot_be_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says(monkeypatch)
    names = ("none.txt", "a.txt", "none.txt", "none.txt", "b.png", "none.txt")
    for engine in (None, Engine("clean")):
        found = scan(folder, *names, engine=engine)
        assert [each.tag for each in found] == [*names]
        assert [each.verdict for each in found] == [
            "not-scanned" if name == "none.txt" else "clean" for name in names
        ]  # fmt: skip
        assert {each.found[0].code for each in found if each.tag == "none.txt"} == {"unreadable"}


def test_no_descriptor_stays_open(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says(monkeypatch)
    before = sum(1 for _ in Path("/proc/self/fd").iterdir())
    for engine in (None, Engine("clean")):
        scan(folder, *(["a.txt", "none.txt"] * 60), engine=engine)
    with Scanner(ScanRequest(antivirus="off"), 0) as scanner:
        next(iter(scanner.scan(jobs(folder, *["a.txt"] * 60))))
    assert sum(1 for _ in Path("/proc/self/fd").iterdir()) == before


def test_an_empty_file_is_never_clean(folder: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    (found,) = scan(folder, "empty.txt")
    assert (found.verdict, found.type) == ("not-scanned", None)


def test_what_nobody_looked_at_is_told_once_a_place_and_counted_beyond_some(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = tuple((f"part {number}", "it is encrypted") for number in range(100))
    says(monkeypatch, active=Looked(unread=many), metadata=Looked(unread=many))
    (found,) = scan(folder, "a.txt")
    assert len(found.unseen) == MOST_UNSEEN + 1
    assert found.unseen[-1].message == "80 parts more"


def test_without_its_libraries_a_scan_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "LIBRARIES", ("pikepdf", "no_such_library"))
    with pytest.raises(PartMissing) as caught, Scanner(ScanRequest(antivirus="off"), 0):
        pass
    assert (caught.value.what, caught.value.hint) == (
        "a scan needs no_such_library, which is not installed", "pip install 'occ-media[safety]'",
    )  # fmt: skip


# On record


def seen(verdict: Any, *found: Found, antivirus: str = "clean", sha256: str | None = "aa") -> ScanResult:
    return ScanResult("x", verdict, antivirus, "pdf", 5, sha256, 0, found)


def test_the_record_has_kinds_and_numbers_and_no_word_of_the_file() -> None:
    other = MACRO._replace(where="Rosa Diaz.bin")
    record = as_record(seen("flagged", CARD, MACRO, other, LINK), "clamav 1.4.6/1", 7)
    assert (record.entry, record.state, record.detail, record.engine) == (7, "clean", None, "clamav 1.4.6/1")
    assert [tuple(each) for each in record.facts] == [
        ("sensitive-content", "card-number", 1), ("active-content", "macro-auto-run", 2),
    ]  # fmt: skip
    assert not any(word in repr(record) for word in ("4111", "Rosa", "vbaProject", "page"))


def test_the_record_is_clean_only_by_an_antivirus_and_where_nothing_is_left_out() -> None:
    why = Found("not-scanned", "error", "active content: it is encrypted", "Rosa.docx")
    assert as_record(seen("clean", antivirus="off"), None).state == "not-scanned"
    assert as_record(seen("clean", antivirus="off"), None).detail == "no antivirus was asked"
    record = as_record(seen("not-scanned", why), "clamav 1")
    assert (record.state, record.detail) == ("not-scanned", "active content: it is encrypted")
    record = as_record(seen("infected", MALWARE, why, antivirus="infected"), "clamav 1")
    assert (record.state, record.detail) == ("infected", "Eicar")


def test_other_bytes_than_the_ledger_knows_say_nothing_of_it() -> None:
    assert of_other_bytes(seen("clean"), "aa").verdict == "clean"
    other = of_other_bytes(seen("flagged", MACRO), "bb")
    assert (other.verdict, other.sha256, [each.code for each in other.found]) == ("not-scanned", None, ["not-scanned"])
    malware = of_other_bytes(seen("infected", MALWARE, antivirus="infected"), "bb")
    assert (malware.verdict, as_record(malware, "e", 1).sha256) == ("infected", None)


# What it means for an inbox

ON = Switch(True)
VIP = InboxPolicy("vip", ON, ON, scan="required")
PDF = Recognition("pdf", "pdf", "a PDF document", 5)


@pytest.mark.parametrize(
    ("mode", "found", "severities"),
    [
        (None, (MACRO,), ["error"]),
        ("required", (MACRO._replace(severity="warning"),), ["error"]),
        ("record", (MACRO,), ["warning"]),
        ("record", (MALWARE,), ["error"]),
        ("record", (CARD,), ["warning"]),
        ("required", (LINK,), []),
        (None, (CARD._replace(severity="note"),), []),
    ],
)
def test_what_a_scan_means(mode: str | None, found: tuple[Found, ...], severities: list[str]) -> None:
    policy = Policy("send", inbox=replace(VIP, scan=mode) if mode else None)
    problems = problems_for(PDF, "a.pdf", policy, None, seen("flagged", *found))
    assert [each.severity.value for each in problems] == severities


def test_each_kind_is_said_once_with_its_place() -> None:
    problems = scan_problems(seen("flagged", MACRO, MACRO._replace(where="x"), CARD), None)
    assert [(each.code, each.message) for each in problems] == [
        ("active-content", "macro-auto-run: a macro that runs by itself, in word/vbaProject.bin, and 1 more of that kind"),
        ("sensitive-content", "card-number: high: 4111 **** **** 1111, in page 2"),
    ]  # fmt: skip


def test_a_required_scan_that_was_made_stands_for_the_demand() -> None:
    policy = Policy("send", inbox=VIP)
    assert [each.code for each in problems_for(PDF, "a.pdf", policy)] == ["not-scanned"]
    assert problems_for(PDF, "a.pdf", policy, None, seen("clean")) == []


# Copies


def test_no_copy_is_made_of_what_is_infected(tmp_path: Path) -> None:
    told, written = CopyWriter(str(tmp_path / "out"), ["a"]).write(
        replace(seen("infected", MALWARE), tag=b"a/b.png", refused=None)
    )
    assert written is None
    assert told.found[-1].code == "not-stripped"
    assert not (tmp_path / "out").exists()


def test_values_in_names_never_leave_whoever_tells_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = "4012888888881881"
    place = f"word/{card}.bin"
    looked = Looked((CARD._replace(where=place),), ((place, f"it is {card}"),), (("labels", f"Board {card}"),))
    says(monkeypatch, sensitive=looked)
    found = scan(folder, "a.txt", engine=None)[0]
    assert card not in repr(found)
    assert found.labels == ("Board …1881",)
    assert {each.where for each in found.found} == {"word/…1881.bin"}
