"""The check lists of a diagnosis."""

from __future__ import annotations

import pytest

from occ_media_cli.decide.diagnose import OK, PROBLEM, UNKNOWN, DiagnosisCase, diagnose
from occ_media_cli.decide.policy import InboxPolicy, Policy, Switch
from occ_media_cli.library.library_match import KnownFile, LibraryMatch
from occ_media_cli.library.standing import LibraryStanding
from occ_media_cli.media.channels.profiles import built_in
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.values import replace

INBOX = InboxPolicy("vip", Switch(True), Switch(True))
PDF = Recognition("pdf", "pdf", "a PDF document", 2_100_000)


class Ask:
    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or Policy("send", True, (), INBOX)

    def __call__(self, question: str, known: Recognition | None = PDF, **more: object) -> dict[str, tuple[str, str]]:
        name = f"a.{known.type}" if known is not None else ""
        case = DiagnosisCase(self.policy, known, name, name)._replace(**more)
        return {line.check: (line.state, line.message) for line in diagnose(question, case)}


def test_without_a_file_what_needs_one_is_not_seen() -> None:
    found = Ask(Policy("send", True, (built_in("line"),), INBOX))("cannot-send", None)
    assert {check: state for check, (state, _) in found.items()} == {
        "send": OK, "permission": UNKNOWN, "type": UNKNOWN, "channel": UNKNOWN, "upload": UNKNOWN, "browser": UNKNOWN,
    }  # fmt: skip
    found = Ask()("not-displayed", None)
    assert found["display"][0] == found["slow-download"][0] == UNKNOWN


def test_the_approved_library() -> None:
    ask = Ask(Policy("send", True, (), replace(INBOX, approved_only=True)))
    file = KnownFile("list", "1", "approved", "/l.pdf", "pdf", 9, "aa", None, "dana", None, 1, 5, 0, "4f1c09d27ab35e60")
    exact = LibraryStanding(LibraryMatch("exact", file, file))
    assert ask("cannot-send", standing=exact)["not-approved"] == (OK, "the file is in the approved library")
    assert ask("cannot-send", standing=LibraryStanding(LibraryMatch("none")))["not-approved"][0] == PROBLEM
    assert ask("cannot-send")["not-approved"][0] == PROBLEM
    assert ask("cannot-send", None)["not-approved"][0] == UNKNOWN


def test_what_the_ledger_says_about_the_file() -> None:
    ask = Ask()
    assert ask("cannot-send", outcome="delivered")["upload"][0] == OK
    assert ask("cannot-send", outcome="failed", reason="131053")["upload"] == (
        PROBLEM, "the ledger says that it was failed: 131053",
    )  # fmt: skip
    assert ask("cannot-send", failures=3)["upload"] == (UNKNOWN, "3 files failed here in the last 24h")
    assert ask("not-displayed", deleted="2026-01-01T00:00:00.000Z")["upload"][0] == PROBLEM


def test_sizes_and_types_beyond_the_table() -> None:
    ask = Ask()
    assert ask("cannot-send", Recognition("png", "png", "", 9_000_000))["over-limit"][0] == PROBLEM
    assert ask("cannot-send", Recognition("png", "png", "", 5_100_000))["size-near-limit"][0] == OK
    assert ask("cannot-send", Recognition("mov", "isobmff", "a QuickTime film", 90))["unsupported-type"][0] == PROBLEM


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (PDF, OK),
        (Recognition("amr", "amr", "AMR audio", 90), PROBLEM),
        (Recognition("docx", "ooxml", "a Word document", 90), PROBLEM),
        (Recognition("heic", "isobmff", "a HEIC image", 90), PROBLEM),
        (Recognition("m4a", "isobmff", "", 90, {"codecs": ["alac"]}), PROBLEM),
        (Recognition("mp4", "isobmff", "", 90, {"codecs": ["h264", "aac"]}), OK),
    ],
)
def test_what_browsers_show(known: Recognition, state: str) -> None:
    assert Ask()("not-displayed", known)["display"][0] == state


def test_a_download_is_slow_by_a_stated_rate() -> None:
    ask = Ask()
    assert ask("not-displayed")["slow-download"] == (OK, "2.1 MB take 17 s at 1 Mbit/s")
    assert ask("not-displayed", slow_after=16)["slow-download"][0] == PROBLEM
    assert ask("not-displayed", rate=50_000_000, slow_after=1)["slow-download"][0] == OK


def test_a_channel_that_says_nothing_about_a_direction() -> None:
    ask = Ask(Policy("receive", True, (built_in("line"),), INBOX))
    assert ask("cannot-receive")["line"] == (OK, "nothing is known against pdf here")
