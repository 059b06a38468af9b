"""Only an exact answer is one."""

from __future__ import annotations

import pytest

from occ_media_cli.safety.antivirus.replies import ClamdAnswer, NoAnswer, read_answer, read_numbered, read_version


def test_exact_answers_are_read() -> None:
    assert read_numbered(b"12: fd[11]: OK") == (12, b"fd[11]: OK")
    assert read_answer(b"fd[11]: OK", "fd") == ClamdAnswer("ok", "")
    assert read_answer(b"stream: OK", "stream") == ClamdAnswer("ok", "")
    assert read_answer(b"stream: Win.Test.EICAR_HDB-1 FOUND", "stream") == ClamdAnswer("found", "Win.Test.EICAR_HDB-1")
    hashed = b"fd[7]: Eicar(44d88612fea8a8f36de82e1278abb02f:68) FOUND"
    assert read_answer(hashed, "fd") == ClamdAnswer("found", "Eicar")
    assert read_answer(b"fd[7]: Not a regular file ERROR", "fd") == ClamdAnswer("error", "Not a regular file")
    assert read_answer(b"INSTREAM size limit exceeded. ERROR", "stream") == ClamdAnswer(
        "error", "INSTREAM size limit exceeded."
    )


@pytest.mark.parametrize(
    "rest",
    [
        b"OK", b"fd[11]: OK ", b"fd[11]:OK", b"fd[11]: ok", b"fd[]: OK", b"fd[-1]: OK", b"stream: OK", b"/etc/passwd: OK",
        b"fd[11]: OK\n", b"fd[11]: OK FOUND OK", b" fd[11]: OK", b"fd[11]: fd[11]: OK", b"fd[11]: FOUND", b"fd[11]:  FOUND",
        b"fd[11]: OK ERROR", b"x FOUND ERROR", b"UNKNOWN COMMAND", b"", b"PONG", b"fd[11]: ",
    ],
)  # fmt: skip
def test_anything_else_is_no_answer(rest: bytes) -> None:
    with pytest.raises(NoAnswer):
        read_answer(rest, "fd")


@pytest.mark.parametrize(
    "line", [b"", b"fd[1]: OK", b"0: x", b"01: x", b"-1: x", b"1:x", b"1: ", b"1: \xff", b"1: a\nb", b"9" * 30 + b": x"]
)
def test_a_line_without_a_number_is_none(line: bytes) -> None:
    with pytest.raises(NoAnswer):
        read_numbered(line)


def test_versions_are_read_with_and_without_signatures() -> None:
    assert read_version(b"ClamAV 1.4.6") == ("1.4.6", None, None)
    assert read_version(b"ClamAV 1.4.6/27824/Sun Nov 29 08:00:00 2026") == (
        "1.4.6",
        "27824",
        "Sun Nov 29 08:00:00 2026",
    )
    assert read_version(b"ClamAV 1.5.0-beta") == ("1.5.0-beta", None, None)
    for other in (b"ClamAV", b"Postfix 3", b"ClamAV 1.4.6/x/y", b"ClamAV 1.4.6\n", b"clamav 1.4.6"):
        with pytest.raises(NoAnswer):
            read_version(other)
