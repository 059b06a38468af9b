"""A check under a policy: the file, the table, the channels, the inbox."""

from __future__ import annotations

import pytest

from occ_media_cli.decide.check import problems_for
from occ_media_cli.decide.permission import may
from occ_media_cli.decide.policy import InboxPolicy, Policy, Switch
from occ_media_cli.library.library_match import KnownFile, LibraryMatch
from occ_media_cli.library.standing import LibraryStanding
from occ_media_cli.media.channels.profiles import built_in
from occ_media_cli.media.recognition import Observation, Recognition
from occ_media_cli.values import replace
from occ_media_cli.vocabulary import Severity

ON = Switch(True)
OFF = Switch(False, "2026-01-19T13:20:00.000Z", "sam", 2)
VIP = InboxPolicy("vip", ON, ON)
PDF = Recognition("pdf", "pdf", "a PDF document", 1000)
GIF = Recognition("gif", "gif", "a GIF image", 1000, {"width": 2, "height": 2, "animated": False})


APPROVED = KnownFile("list", "1", "approved", "/l.pdf", "pdf", 9, "aa", None, "dana", None, 1, 5, 0, "4f1c09d27ab35e60")


def codes(known: Recognition, policy: Policy, standing: LibraryStanding | None = None) -> list[str]:
    return [each.code for each in problems_for(known, f"out/a.{known.type}", policy, standing)]


def test_media_that_is_off_says_since_when() -> None:
    policy = Policy("send", True, (), replace(VIP, send=OFF))
    (problem,) = problems_for(PDF, "a.pdf", policy)
    assert problem.message == "send is off in vip since 2026-01-19T13:20:00.000Z (version 2)"
    assert problem.help == "occ-media set vip --send on"
    assert codes(PDF, replace(policy, direction="receive")) == []


def test_without_a_direction_either_is_enough_and_a_note_says_which() -> None:
    half = Policy(None, True, (), replace(VIP, send=OFF))
    assert codes(PDF, half) == ["receive-only"]
    assert codes(GIF, half) == ["media-off"]
    assert codes(GIF, Policy()) == ["send-only"]
    assert codes(PDF, Policy(None, True, (), replace(VIP, send=OFF, receive=OFF))) == ["media-off"]


def test_every_linked_channel_must_take_it() -> None:
    policy = Policy("send", True, (built_in("telegram"), built_in("line")), VIP)
    assert [(each.code, each.channel) for each in problems_for(PDF, "a.pdf", policy)] == [
        ("channel-unsupported", "line")
    ]


def test_an_agent_without_permission_may_not_send() -> None:
    kim = replace(VIP, agent="kim", agent_may_send=False)
    assert codes(PDF, Policy("send", True, (), kim)) == ["sender-without-permission"]
    assert codes(PDF, Policy("receive", True, (), kim)) == []


def test_only_approved_files_where_the_inbox_says_so() -> None:
    policy = Policy("send", True, (), replace(VIP, approved_only=True))
    assert policy.asks_library
    assert codes(PDF, policy, LibraryStanding(LibraryMatch("exact", APPROVED, APPROVED))) == []
    for other in (
        LibraryStanding(LibraryMatch("same-text", APPROVED, APPROVED)),
        LibraryStanding(LibraryMatch("none")),
        LibraryStanding(None),
        None,
    ):
        assert codes(PDF, policy, other) == ["not-approved"]
        (refused,) = problems_for(PDF, "a.pdf", policy, other)
        assert refused.message.startswith("agents in vip may send approved files only: ")
    assert codes(PDF, replace(policy, direction="receive")) == []
    assert not replace(policy, direction="receive").asks_library
    either = replace(policy, direction=None)
    assert either.asks_library
    assert codes(PDF, either) == ["receive-only"]


def test_where_scans_are_required_what_cannot_be_scanned_is_an_error() -> None:
    locked = Recognition("pdf", "pdf", "a PDF", 9, observations=(Observation("password-protected", "it is encrypted"),))
    (mild,) = problems_for(locked, "a.pdf", Policy("send", True, (), VIP))
    required = Policy("send", True, (), replace(VIP, scan="required"))
    assert mild.severity is Severity.WARNING
    assert [(each.code, each.severity) for each in problems_for(locked, "a.pdf", required)] == [
        ("password-protected", Severity.ERROR),
        ("not-scanned", Severity.ERROR),
    ]
    assert codes(PDF, required) == ["not-scanned"]


@pytest.mark.parametrize(
    ("name", "send", "view"),
    [
        ("olga", True, True),
        ("kim", True, True),
        ("lee", False, False),
        ("max", True, False),
        ("stranger", False, False),
    ],
)
def test_a_role_or_an_assignment_allows_and_deny_beats_allow(name: str, send: bool, view: bool) -> None:
    agents = {
        "olga": {"role": "owner"},
        "kim": {"role": "agent", "inboxes": ["vip"]},
        "lee": {"role": "supervisor", "deny_send": ["vip"], "deny_view": ["vip"]},
        "max": {"role": "agent", "allow_send": ["vip"]},
    }
    assert (may(agents, name, "vip", "send"), may(agents, name, "vip", "view")) == (send, view)
    assert may(agents, "stranger", "other", "send")


def test_a_direction_that_a_channel_says_nothing_about_is_no_way_to_pass() -> None:
    assert codes(PDF, Policy(None, False, (built_in("line"),))) == ["channel-unsupported"]
    assert codes(PDF, Policy("receive", False, (built_in("line"),))) == []
    assert codes(GIF, Policy(None, False, (built_in("whatsapp-cloud"),))) == ["receive-only"]
