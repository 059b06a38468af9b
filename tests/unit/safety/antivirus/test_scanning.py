"""What is said of files as a whole, by a clamd that runs as it should."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from occ_media_cli.errors import PartMissing, Refused, UsageError
from occ_media_cli.media.unpack.room import Caps
from occ_media_cli.safety import antivirus
from occ_media_cli.safety.antivirus import Asked
from tests import clamd as real
from tests.clamd import BODY, FILES, NAME, Clamd, in_memory
from tests.unit.safety.antivirus import traps
from tests.unit.safety.antivirus.scans import now, recognised, scan_all, scan_asked, scan_folder, scan_one

VALID = Path("/work/shared/corpus/valid")
DAY = 86_400_000


@pytest.mark.skipif(not FILES.is_dir(), reason="clamav-testfiles is not installed")
def test_every_container_of_clamav_testfiles_is_found(clamd: Clamd) -> None:
    found = scan_folder(clamd, FILES)
    assert len(found) == 44
    assert {name for name, verdict in found.items() if verdict.state != "infected"} == set()


@pytest.mark.corpus
@pytest.mark.skipif(not VALID.is_dir(), reason="the labelled corpus is kept outside the project")
def test_honest_files_are_clean(clamd: Clamd) -> None:
    found = scan_folder(clamd, VALID)
    others = {name: verdict.unread for name, verdict in found.items() if verdict.state != "clean"}
    assert len(others) <= len(found) // 100, others


def test_a_file_is_found_with_the_name_of_the_signature_and_its_place(clamd: Clamd) -> None:
    verdict = scan_one(clamd, traps.zipped({"inside/a.txt": BODY, "b.txt": b"harmless"}), "a.zip")
    assert verdict.state == "infected"
    assert [(each.code, each.severity, each.message, each.where) for each in verdict.found] == [
        ("infected-file", "error", f"malware: {NAME}", ""),
        ("infected-file", "error", f"malware: {NAME}", "inside/a.txt"),
    ]


def test_verdicts_come_in_the_order_of_the_files_and_none_is_missing(clamd: Clamd) -> None:
    files = {f"{number}.txt": BODY if number % 7 == 0 else b"text %d" % number for number in range(300)}
    found = scan_all(clamd, files)
    assert list(found) == list(files)
    assert [verdict.state == "infected" for verdict in found.values()] == [number % 7 == 0 for number in range(300)]


def test_files_are_taken_some_dozens_ahead_at_most(clamd: Clamd) -> None:
    taken = given = most = 0

    def files() -> Iterator[Asked]:
        nonlocal taken, most
        for _ in range(400):
            taken += 1
            most = max(most, taken - given)
            yield recognised(in_memory(b"words\n" * 10), "a.txt")

    with antivirus.session(clamd.address, now=now(), signatures=str(clamd.signatures)) as engine:
        scanned = engine.scan(files())
        for _ in scanned:
            given += 1
    assert given == 400
    assert most <= 200


def test_an_empty_file_is_not_scanned_and_an_empty_part_is_no_matter(clamd: Clamd) -> None:
    found = scan_all(clamd, {"a.txt": b"", "a.zip": traps.zipped({"a.txt": b"", "b.txt": b"x"})})
    assert found["a.txt"].state == "not-scanned"
    assert found["a.txt"].unread == (("", "it is empty: there is nothing to scan"),)
    assert found["a.zip"].state == "clean"


@pytest.mark.skipif(not hasattr(os, "O_PATH"), reason="no such descriptors here")
def test_a_descriptor_that_cannot_be_read_is_not_scanned(clamd: Clamd, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(BODY)
    asked = [
        Asked(os.open(path, os.O_PATH), len(BODY), "txt", "path"),
        Asked(os.open(path, os.O_WRONLY), len(BODY), "txt", "written"),
        Asked(os.open(tmp_path, os.O_RDONLY), 4096, "txt", "folder"),
        Asked(os.open(path, os.O_RDONLY), len(BODY), "txt", "read"),
    ]
    found = scan_asked(clamd, asked)
    assert [verdict.state for verdict in found.values()] == ["not-scanned"] * 3 + ["infected"]


def test_a_file_that_changes_meanwhile_is_not_scanned(clamd: Clamd, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"harmless")

    def files() -> Iterator[Asked]:
        yield Asked(os.open(path, os.O_RDONLY), 8, "txt", "a")
        path.write_bytes(BODY)
        yield Asked(in_memory(b"other"), 5, "txt", "b")

    with antivirus.session(clamd.address, now=now(), signatures=str(clamd.signatures)) as engine:
        found = {verdict.tag: verdict for verdict in engine.scan(files())}
    assert found["a"].state in ("not-scanned", "infected")
    assert ("", "it was changed while it was scanned") in found["a"].unread
    assert found["b"].state == "clean"


def test_a_type_that_nobody_unpacks_is_not_scanned(clamd: Clamd) -> None:
    found = scan_all(
        clamd, {"a.bin": traps.noise(500), "a.rtf": b"{\\rtf1 hello}", "a.html": b"<html><p>hello</p></html>"}
    )
    assert {verdict.state for verdict in found.values()} == {"not-scanned"}
    assert found["a.rtf"].unread == (("", "it is a Rich Text document, which is not unpacked"),)


def test_limits_of_unpacking_are_told(clamd: Clamd) -> None:
    content = traps.zipped({f"{number}.txt": b"x" * 100 for number in range(5)})
    few = scan_one(clamd, content, "a.zip", caps=Caps(parts=3))
    assert (few.state, few.unread, few.parts) == ("not-scanned", (("", "it has more than 3 parts"),), 3)
    small = scan_one(clamd, content, "a.zip", caps=Caps(part=50))
    assert small.unread[0] == ("0.txt", "it has more than 50 bytes")
    deep = scan_one(clamd, traps.zipped({"a.zip": content}), "a.zip", caps=Caps(depth=1))
    assert deep.unread == (("a.zip", "it lies too deep in other parts"),)


def test_what_stops_unpacking_costs_that_file_alone(clamd: Clamd, monkeypatch: pytest.MonkeyPatch) -> None:
    from occ_media_cli.safety.antivirus import scanning as module

    def unpack(source: object, type: str | None, caps: Caps) -> Iterator[object]:
        if type == "pdf":
            os._exit(3)
        return iter(())

    monkeypatch.setattr(module, "unpack", unpack)
    pdf, text = in_memory(b"%PDF"), in_memory(b"words")
    found = scan_asked(clamd, [Asked(pdf, 4, "pdf", "a"), Asked(text, 5, "txt", "b")])
    assert found["a"].unread == (("", "unpacking it ended early"),)
    assert found["b"].state == "clean"


def test_who_answers_is_told(clamd: Clamd) -> None:
    with antivirus.session(clamd.address, now=now(), signatures=str(clamd.signatures)) as engine:
        about = engine.about
    assert about.name == "clamav"
    assert about.version.split(".")[0].isdigit()
    assert about.signatures is None
    assert about.signature_count == 3
    assert about.age_known
    assert about.stale is None
    assert about.warnings == ()
    assert [(each.name, each.good) for each in about.settings][:2] == [
        ("AlertExceedsMax", True),
        ("AlertEncryptedArchive", True),
    ]


def test_settings_that_a_scan_needs_are_seen_in_what_clamd_does(lenient_clamd: Clamd) -> None:
    with antivirus.session(lenient_clamd.address, now=now(), signatures=str(lenient_clamd.signatures)) as engine:
        about = engine.about
    assert [(each.name, each.found, each.good, each.line) for each in about.settings][:2] == [
        ("AlertExceedsMax", "no", False, "AlertExceedsMax yes"),
        ("AlertEncryptedArchive", "no", False, "AlertEncryptedArchive yes"),
    ]
    assert about.stale == "clamd says OK of what lies beyond its limits"
    assert "AlertExceedsMax yes" in about.help


def test_without_an_age_of_the_signatures_nothing_is_clean(clamd: Clamd) -> None:
    assert scan_one(clamd, b"words", "a.txt", signatures=None).unread == (
        ("", "the age of clamd's signatures is not known"),
    )
    assert scan_one(clamd, b"words", "a.txt", signatures=None, signatures_time=now() - DAY).state == "clean"
    assert scan_one(clamd, BODY, "a.txt", signatures=None).state == "infected"


def test_old_signatures_call_nothing_clean(clamd: Clamd) -> None:
    old = scan_one(clamd, b"words", "a.txt", signatures=None, signatures_time=now() - 8 * DAY)
    assert old.unread == (("", "clamd's signatures are 8 days old"),)
    wide = scan_one(clamd, b"words", "a.txt", signatures=None, signatures_time=now() - 8 * DAY, oldest=9 * DAY)
    assert wide.state == "clean"
    future = scan_one(clamd, b"words", "a.txt", signatures=None, signatures_time=now() + 3 * DAY)
    assert future.state == "not-scanned"


def test_a_folder_that_was_emptied_and_loaded_calls_nothing_clean(own_clamd: Clamd) -> None:
    assert scan_one(own_clamd, b"words", "a.txt").state == "clean"
    for path in own_clamd.signatures.iterdir():
        path.unlink()
    assert own_clamd.say(b"zRELOAD\0") == b"RELOADING\0"
    assert scan_one(own_clamd, b"words", "a.txt").state == "not-scanned"


def test_a_socket_that_everybody_may_write_to_is_told(own_clamd: Clamd) -> None:
    own_clamd.socket.chmod(0o666)
    with antivirus.session(own_clamd.address, now=now()) as engine:
        assert "everybody on this host may write to its socket" in engine.about.warnings[0]


def test_a_port_of_this_machine_serves_too(tcp_clamd: Clamd) -> None:
    found = scan_all(tcp_clamd, {
        "a.txt": b"words", "b.txt": BODY, "c.zip": traps.zipped({"a.txt": BODY * 9}, 0), "d.pdf": traps.pdf_attachment()[1],
        "e.txt": b"more words",
    })  # fmt: skip
    assert [verdict.state for verdict in found.values()] == ["clean", "infected", "infected", "infected", "clean"]


def test_a_stream_that_clamd_does_not_take_to_its_end_is_not_scanned(tcp_clamd: Clamd) -> None:
    found = scan_all(tcp_clamd, {"a.txt": b"words", "b.txt": b"words\n" * 1_000_000 + BODY, "c.txt": b"words"})
    assert [verdict.state for verdict in found.values()] == ["clean", "not-scanned", "clean"]
    assert "INSTREAM size limit exceeded." in found["b.txt"].unread[0][1]


def test_where_nothing_answers_it_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(PartMissing, match="no such file or directory") as raised:
        antivirus.session(str(tmp_path / "ctl"), now=now())
    assert raised.value.code == 14
    assert "systemctl status clamav-daemon" in (raised.value.hint or "")
    with pytest.raises(PartMissing, match="connection refused"):
        antivirus.session(f"127.0.0.1:{real.free_port()}", now=now())


def test_who_closes_or_says_nothing_is_no_clamd() -> None:
    with tempfile.TemporaryDirectory(prefix="c") as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/ctl")
        server.listen(1)
        with pytest.raises(PartMissing, match=r"it said nothing for 0\.2 s"):
            antivirus.session(f"{folder}/ctl", now=now(), seconds=0.2)


@pytest.mark.parametrize("address", ["tcp://10.1.2.3:3310", "scanner.example.com:3310", "[2001:db8::1]:3310"])
def test_another_machine_is_refused_unless_it_is_allowed(address: str) -> None:
    with pytest.raises(Refused, match="another machine"):
        antivirus.session(address, now=now())


@pytest.mark.parametrize("address", ["clamd", "http://localhost:3310", "localhost:0", "localhost:99999", "tcp://a b:1"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="is no address of clamd"):
        antivirus.session(address, now=now())


def test_a_scan_that_is_left_leaves_no_open_file(clamd: Clamd) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    content = traps.zipped({f"{number}.txt": b"x" * 100 for number in range(50)})
    asked = [recognised(in_memory(content), "a.zip") for _ in range(20)]
    with antivirus.session(clamd.address, now=now(), signatures=str(clamd.signatures)) as engine:
        next(iter(engine.scan(asked)))
    for each in asked:
        os.close(each.fd)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
