"""Whoever stands in clamd's place and answers anything makes no file clean. 10,000 answers: proofs/antivirus_liar.py."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from random import Random

import pytest

from occ_media_cli.safety import antivirus
from occ_media_cli.safety.antivirus import Asked, Scanned, connection
from tests.clamd import BODY, Clamd, in_memory
from tests.unit.safety.antivirus.liars import PROBES, VERSION, Liar, exact, fuzzed
from tests.unit.safety.antivirus.scans import now, scan_asked

TODAY = 1_796_000_000_000
"""A day after the signatures that the liar claims to have."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    from occ_media_cli.safety.antivirus import clamd

    monkeypatch.setattr(clamd, "_PAUSES", ())
    monkeypatch.setattr(clamd, "_MOST_LOSSES", 1_000_000)
    monkeypatch.setattr(connection, "_LEFT", 0.05)


def ask(liar: Liar, files: int, seconds: float = 0.2) -> list[Scanned]:
    asked = [Asked(in_memory(b"harmless words"), 14, "txt", number) for number in range(files)]
    with antivirus.session(liar.address, now=TODAY, seconds=seconds) as engine:
        found = list(engine.scan(asked))
    for each in asked:
        os.close(each.fd)
    return found


def test_an_exact_answer_is_believed() -> None:
    """Else nothing that follows would show anything."""
    with Liar(exact) as liar:
        assert {verdict.state for verdict in ask(liar, 60)} == {"clean"}


def test_no_fuzzed_answer_makes_a_file_clean() -> None:
    with Liar(fuzzed(Random(5))) as liar:
        found = ask(liar, 150)
    assert len(found) == 150
    assert {verdict.state for verdict in found} <= {"not-scanned", "infected"}
    assert all(verdict.unread or verdict.found for verdict in found)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (lambda number: None, "clamd gave no answer, twice: it closed the connection without an answer"),
        (lambda number: b"", "clamd gave no answer, twice: it said nothing for 0.2 s"),
        (lambda number: b"%d: OK\0" % number, "clamd gave no answer, twice: it answered 'OK'"),
        (lambda number: b"%d: stream: OK\0" % number, "clamd gave no answer, twice: it answered 'stream: OK'"),
        (lambda number: b"%d: fd[3]: No way. ERROR\0" % number, "clamd says: No way."),
        (lambda number: b"%d: fd[3]: Heuristics.Limits.Exceeded.MaxFiles FOUND\0" % number,
         "it lies beyond a limit of clamd (Heuristics.Limits.Exceeded.MaxFiles)"),
        (lambda number: b"%d: fd[3]: Heuristics.Encrypted.PDF FOUND\0" % number,
         "it is encrypted (Heuristics.Encrypted.PDF)"),
        (lambda number: b"%d: \x1b[2J OK\0" % number, "clamd gave no answer, twice: it answered '4: \\x1b[2J OK'"),
    ],
)  # fmt: skip
def test_the_reason_is_told(reply: Callable[[int], bytes | None], reason: str) -> None:
    with Liar(reply) as liar:
        assert ask(liar, 1)[0].unread == (("", reason),)


def test_who_says_ok_of_everything_is_seen_by_the_probes() -> None:
    with Liar(exact, honest=False) as liar:
        found = ask(liar, 3)
    assert {verdict.state for verdict in found} == {"not-scanned"}
    assert found[0].unread == (("", "clamd says OK of what lies beyond its limits"),)


def test_what_a_broken_session_said_counts_for_nothing() -> None:
    """Somebody who says OK of everything is followed by a clamd, which is asked again about all of it."""

    def reply(number: int) -> bytes:
        if liar.honest or number not in (4, 5):
            return exact(number)
        if number == 4:
            return b""
        liar.honest = True
        return b"5: fd[11]: OK\0and nothing of meaning\0"

    with Liar(reply, honest=False) as liar:
        found = ask(liar, 2)
    assert [verdict.state for verdict in found] == ["clean", "clean"]


FOUND = b"fd[11]: Own.Test FOUND"


@pytest.mark.parametrize(
    "reply",
    [
        lambda number: exact(number) + b"%d: %s\0" % (number, FOUND),  # another answer to the same question
        lambda number: exact(number) * 2,
        lambda number: b"".join(exact(each) for each in range(number, number + 40)),  # before they are asked
        lambda number: exact(number + 1) + exact(number),
        lambda number: exact(number) + b"9: ",  # the begin of something
        lambda number: exact(number) + b"0: fd[11]: OK\0",
    ],
)
@pytest.mark.parametrize("files", [1, 60])
def test_more_answers_than_questions_make_nothing_clean(reply: Callable[[int], bytes], files: int) -> None:
    with Liar(reply) as liar:
        assert {verdict.state for verdict in ask(liar, files)} <= {"not-scanned", "infected"}


@pytest.mark.parametrize("late", [b"%d: " + FOUND + b"\0", b"%d: fd[11]: OK\0", b"."])
def test_what_is_said_once_the_session_ends_makes_nothing_clean(late: bytes) -> None:
    """Each answer is exact; the last one is taken back at the very end."""
    last = [4]

    def reply(number: int) -> bytes:
        last[0] = number
        return exact(number)

    with Liar(reply, at_the_end=lambda: late % last[0] if b"%" in late else late) as liar:
        assert {verdict.state for verdict in ask(liar, 40)} <= {"not-scanned", "infected"}


def test_who_found_something_is_believed_even_when_it_breaks_the_session() -> None:
    with Liar(lambda number: b"%d: %s\0" % (number, FOUND) + exact(number)) as liar:
        assert {verdict.state for verdict in ask(liar, 3)} == {"infected"}


@pytest.mark.parametrize("piece", [b".", b"4: fd[11]: O"])
def test_bytes_that_drip_do_not_make_the_time_longer(piece: bytes) -> None:
    begun = time.monotonic()
    with Liar(lambda number: piece, drips=True) as liar:
        found = ask(liar, 50, seconds=0.5)
    assert time.monotonic() - begun < 5
    assert {verdict.state for verdict in found} == {"not-scanned"}


def test_a_clamd_that_stands_still_is_not_waited_for_file_by_file(own_clamd: Clamd) -> None:
    """It is stopped, then goes on: what is asked meanwhile gets no verdict soon, and what is asked later gets one."""
    from occ_media_cli.safety.antivirus import clamd

    def files(count: int) -> list[Asked]:
        return [Asked(in_memory(b"harmless words"), 14, "txt", number) for number in range(count)]

    assert own_clamd.process is not None
    with antivirus.session(own_clamd.address, now=now(), signatures=str(own_clamd.signatures), seconds=0.5) as engine:
        assert {verdict.state for verdict in engine.scan(files(3))} == {"clean"}
        own_clamd.process.send_signal(signal.SIGSTOP)
        begun = time.monotonic()
        assert {verdict.state for verdict in engine.scan(files(500))} == {"not-scanned"}
        assert time.monotonic() - begun < 5
        own_clamd.process.send_signal(signal.SIGCONT)
        time.sleep(clamd._AWAY)
        assert {verdict.state for verdict in engine.scan(files(3))} == {"clean"}


def test_clamd_that_was_gone_for_long_is_asked_again(own_clamd: Clamd, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gate runs for weeks: clamd is started again now and then."""
    from occ_media_cli.safety.antivirus import clamd

    monkeypatch.setattr(clamd, "_MOST_LOSSES", 3)
    monkeypatch.setattr(clamd, "_AWAY", 0.5)

    def files() -> list[Asked]:
        return [Asked(in_memory(b"harmless words"), 14, "txt", number) for number in range(9)]

    with antivirus.session(own_clamd.address, now=now(), signatures=str(own_clamd.signatures)) as engine:
        own_clamd.kill()
        assert {verdict.state for verdict in engine.scan(files())} == {"not-scanned"}
        own_clamd.start()
        time.sleep(0.6)
        assert {verdict.state for verdict in engine.scan(files())} == {"clean"}


def test_an_answer_about_half_of_a_file_is_none() -> None:
    """It says OK while the file is still being written to it, and goes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer_early, args=(server,), daemon=True).start()
        fd = in_memory(b"harmless words" * 1_000_000 + BODY)
        size = os.fstat(fd).st_size
        address = f"127.0.0.1:{server.getsockname()[1]}"
        with antivirus.session(address, now=TODAY, seconds=2) as engine:
            found = list(engine.scan([Asked(fd, size, "txt")]))
        os.close(fd)
    assert found[0].state == "not-scanned"


def _answer_early(server: socket.socket) -> None:
    probes = b"".join(
        b"%d: %s\0" % (2 + number, said.replace(b"fd[9]", b"stream")) for number, said in enumerate(PROBES)
    )
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            seen = b""
            while b"zVERSION\0" not in seen:
                seen += connection.recv(4096)
            connection.sendall(b"1: %s\0" % VERSION)
            while seen.count(b"zINSTREAM\0") < 2:
                seen += connection.recv(4096)
            connection.sendall(probes)
            while seen.count(b"zINSTREAM\0") < 3:
                piece = connection.recv(4096)
                if not piece:
                    break
                seen += piece
            connection.sendall(b"4: stream: OK\0")
            time.sleep(0.1)


def test_a_file_that_ends_clamd_costs_no_other_its_verdict() -> None:
    def reply(number: int) -> bytes | None:
        return None if number == 9 else exact(number)  # the sixth file of a session, and none that is asked alone

    with Liar(reply) as liar:
        assert {verdict.state for verdict in ask(liar, 20, 30)} == {"clean"}  # however busy the machine is


def test_clamd_that_is_gone_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from occ_media_cli.safety.antivirus import clamd

    monkeypatch.setattr(clamd, "_MOST_LOSSES", 3)
    begun = time.monotonic()
    with Liar(lambda number: b"") as liar:
        found = ask(liar, 300)
    assert time.monotonic() - begun < 10
    assert {verdict.state for verdict in found} == {"not-scanned"}
    assert found[-1].unread == (("", "clamd is gone: it said nothing for 0.2 s"),)


@pytest.mark.parametrize("delay", [0.0, 0.03, 0.1, 0.3])
def test_clamd_that_is_killed_makes_nothing_clean(own_clamd: Clamd, delay: float) -> None:
    """Each file has malware at its end; a hundred times: proofs/antivirus_kills.py."""
    contents = [Random(number).randbytes(6_000_000) + BODY for number in range(12)]
    asked = [Asked(in_memory(content), len(content), "txt", number) for number, content in enumerate(contents)]
    assert own_clamd.process is not None
    killer = threading.Timer(delay, own_clamd.process.send_signal, (signal.SIGKILL,))

    def files() -> list[Asked]:
        killer.start()
        return asked

    with antivirus.session(own_clamd.address, now=now(), signatures=str(own_clamd.signatures)) as engine:
        found = list(engine.scan(files()))
    killer.join()
    for each in asked:
        os.close(each.fd)
    assert len(found) == 12
    assert {verdict.state for verdict in found} <= {"not-scanned", "infected"}
    assert "not-scanned" in {verdict.state for verdict in found}


def test_clamd_that_comes_back_is_asked_again(own_clamd: Clamd, monkeypatch: pytest.MonkeyPatch) -> None:
    from occ_media_cli.safety.antivirus import clamd

    monkeypatch.setattr(clamd, "_PAUSES", (0.5, 1, 2, 4))

    def files() -> list[Asked]:
        return [Asked(in_memory(b"harmless words"), 14, "txt", number) for number in range(4)]

    with antivirus.session(own_clamd.address, now=now(), signatures=str(own_clamd.signatures)) as engine:
        assert {verdict.state for verdict in engine.scan(files())} == {"clean"}
        own_clamd.kill()
        own_clamd.start()
        assert {verdict.state for verdict in engine.scan(files())} == {"clean"}


def test_a_liar_in_the_place_of_clamd_is_seen(own_clamd: Clamd) -> None:
    """Its socket is taken by somebody who says OK of everything, between two files."""

    with (
        Liar(exact, honest=False) as liar,
        antivirus.session(own_clamd.address, now=now(), signatures=str(own_clamd.signatures)) as engine,
    ):
        first = list(engine.scan([Asked(in_memory(b"words"), 5, "txt")]))
        own_clamd.kill()
        own_clamd.socket.unlink(missing_ok=True)
        own_clamd.socket.symlink_to(liar.address)
        second = list(engine.scan([Asked(in_memory(BODY), len(BODY), "txt")]))
    assert first[0].state == "clean"
    assert second[0].state == "not-scanned"


def test_scanning_again_after_all_that_still_works(clamd: Clamd) -> None:
    assert scan_asked(clamd, [Asked(in_memory(BODY), len(BODY), "txt", "a")])["a"].state == "infected"
