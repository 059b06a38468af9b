"""Zendesk: the forms in which comments come, whose an attachment is, what is no file and what was taken back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.ledger.conftest import Ledger
from tests.unit.ledger.sources.platform_payloads import attachment, comment, take

ROSA = {"id": 77, "role": "end-user", "email": "Rosa@Example.com"}
MONA = {"id": 88, "role": "agent", "email": "mona@example.org"}
EVENT = {"id": 1, "type": "Comment", "author_id": 77, "public": True, "attachments": [attachment()]}
AUDIT = {"ticket_id": 3, "created_at": "2026-10-02T08:15:30Z", "author_id": 77, "events": [EVENT, {"type": "Create"}]}
FORMS: list[tuple[dict[str, Any], str | None]] = [
    ({"comments": [comment(attachment())]}, None),
    ({"ticket": {"id": 3, "requester_id": 77}, "audit": AUDIT}, "3"),
    ({"request": {"id": 3, "requester_id": 77}, "comments": [comment(attachment())]}, "3"),
    ({"audits": [AUDIT]}, "3"),
    ({"audit": AUDIT}, "3"),
    ({"ticket_events": [{"ticket_id": 3, "timestamp": 1_790_928_930, "updater_id": 77, "child_events": [
        {"event_type": "Comment", "public": True, "attachments": [attachment()]}]}]}, "3"),
    ({"id": 3, "requester": {"id": 77}, "comments": [comment(attachment())]}, "3"),
    ({"tickets": [{"id": 3, "requester_id": 77, "comments": [comment(attachment())]}]}, "3"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "ticket"), FORMS, ids=lambda form: ",".join(form) if isinstance(form, dict) else "")
def test_every_form_gives_the_same_file(ledger: Ledger, body: dict[str, Any], ticket: str | None) -> None:
    requester = "77" if ticket is None or "requester" not in str(body) else None
    assert take(ledger, "zendesk", body, requester=requester).counts.new == 1
    assert ledger.all(
        "SELECT id, time, channel, direction, agent, customer, conversation, name, declared, size, outcome FROM entry"
    ) == [
        ("501", "2026-10-02T08:15:30.000Z", "zendesk", "receive", None, "77", ticket, "claim.pdf", "application/pdf", 900,
         "delivered")
    ]  # fmt: skip
    assert "secret" not in str(ledger.all("SELECT * FROM record"))


@pytest.mark.parametrize(
    ("author", "options", "people"),
    [
        (77, {"users": [ROSA, MONA]}, ("receive", None, "Rosa@Example.com")),
        (88, {"users": [ROSA, MONA]}, ("send", "mona@example.org", None)),
        (88, {"users": [ROSA, MONA], "requester": "77"}, ("send", "mona@example.org", "Rosa@Example.com")),
        (77, {"requester": "77"}, ("receive", None, "77")),
        (77, {"users": [{"id": 77, "agent": False}]}, ("receive", None, "77")),
        (88, {"users": [{"id": 88, "agent": True}]}, ("send", "88", None)),
        (88, {"requester": "77"}, ("send", "88", "77")),
        (88, {"agents": ("88",)}, ("send", "88", None)),
        (88, {"agents": ("MONA@example.org",), "users": [MONA]}, ("send", "mona@example.org", None)),
        (77, {"agents": ("88",)}, ("receive", None, "77")),
        (88, {"customers": ("88",), "users": [MONA]}, ("receive", None, "mona@example.org")),
        (88, {"direction": "send"}, ("send", "88", None)),
    ],
)
def test_whose_a_file_is(ledger: Ledger, author: int, options: dict[str, Any], people: tuple[Any, ...]) -> None:
    users = options.pop("users", None)
    body = {"comments": [comment(attachment(), author=author)], **({"users": users} if users else {})}
    take(ledger, "zendesk", body, **options)
    assert ledger.all("SELECT direction, agent, customer FROM entry") == [people]


def test_a_comment_of_which_nobody_knows_the_direction_is_refused_with_what_to_do(ledger: Ledger) -> None:
    done = take(ledger, "zendesk", {"comments": [comment(attachment())]})
    assert done.counts.refused == 1
    assert "name the requester" in done.examples[0].detail
    assert "include=users" in done.examples[0].detail


def test_the_ticket_of_a_page_of_comments_is_named_and_the_inbox_found_by_brand_or_channel(ledger: Ledger) -> None:
    page = {"comments": [comment(attachment(), via={"channel": "email"})]}
    take(ledger, "zendesk", page, requester="77", ticket="9", accounts={"email": "lab"})
    whole = {
        "ticket": {"id": 4, "requester_id": 77, "brand_id": 8},
        "audit": {**AUDIT, "events": [{**EVENT, "attachments": [attachment(502)]}]},
    }
    take(ledger, "zendesk", whole, accounts={"8": "lab"})
    assert ledger.all("SELECT inbox, conversation FROM entry ORDER BY seq") == [("lab", "9"), ("lab", "4")]


@pytest.mark.parametrize(
    ("more", "outcome", "reason"),
    [
        ({"malware_scan_result": "malware_found"}, "blocked", "malware_found"),
        (
            {"malware_scan_result": "malware_found", "malware_access_override": True},
            "delivered",
            "malware_found, and access to it was allowed",
        ),
        ({"malware_scan_result": "not_scanned", "inline": True, "thumbnails": [attachment(9)]}, "delivered", None),
    ],
)
def test_what_zendesk_keeps_back_is_blocked(
    ledger: Ledger, more: dict[str, Any], outcome: str, reason: str | None
) -> None:
    take(ledger, "zendesk", {"comments": [comment(attachment(**more))]}, requester="77")
    assert ledger.all("SELECT outcome, reason FROM entry") == [(outcome, reason)]


@pytest.mark.parametrize(
    "body",
    [
        {"comments": [comment(attachment(), public=False)]}, {"comments": [comment()]}, {"comments": []},
        {"ticket": {"id": 3, "requester_id": 77}}, {"audits": [{"events": [{"type": "Change"}]}]},
        {"upload": {"token": "t", "attachments": [attachment()]}}, {"users": [ROSA]},
        {"comments": [comment(attachment(deleted=True))]}, {"comments": [comment(attachment(file_name="redacted.txt"))]},
    ],
)  # fmt: skip
def test_notes_words_and_uploads_are_skipped(ledger: Ledger, body: dict[str, Any]) -> None:
    counts = take(ledger, "zendesk", body, requester="77").counts
    assert (counts.read, counts.skipped, counts.refused) == (1, 1, 0)


@pytest.mark.parametrize(
    "body",
    [
        {"hello": 1}, {"comments": "x"}, {"comments": [5]}, {"comments": [comment(attachments=5)]},
        {"comments": [comment(5)]}, {"comments": [comment({"file_name": "x"})]}, {"audits": [5]}, {"ticket_events": [5]},
        {"tickets": [5]}, {"comments": [comment(attachment(), created_at="soon")]},
        {"comments": [comment(attachment(), author_id=None)]}, {"comments": [comment(attachment(size=-1))]},
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused(ledger: Ledger, body: dict[str, Any]) -> None:
    assert take(ledger, "zendesk", body, requester="77").counts.refused == 1


@pytest.mark.parametrize(
    ("more", "reason"),
    [({"deleted": True}, "deleted in Zendesk"), ({"file_name": "redacted.txt", "size": 1}, "redacted in Zendesk")],
)
def test_what_was_taken_back_is_said_of_the_file_that_is_known(
    ledger: Ledger, more: dict[str, Any], reason: str
) -> None:
    before, after = ({"comments": [comment(attachment(**each))]} for each in ({}, more))
    take(ledger, "zendesk", before, after, requester="77")
    assert ledger.all("SELECT name, reason, deleted_ms, outcome FROM entry") == [
        ("claim.pdf", reason, None, "delivered")
    ]
    assert take(ledger, "zendesk", after, requester="77").counts.duplicate == 1


def test_an_event_of_redaction_is_said_of_the_file_that_is_known(ledger: Ledger) -> None:
    event = {"type": "AttachmentRedactionEvent", "attachment_id": 500}
    take(ledger, "zendesk", {"comments": [comment(attachment(500))]}, requester="77")
    take(ledger, "zendesk", {"audits": [{"ticket_id": 3, "created_at": "2026-03-05T08:15:30Z", "events": [event]}]})
    assert ledger.all("SELECT id, reason FROM entry") == [("500", "redacted in Zendesk")]


def test_attachments_of_a_ticket_itself_are_those_that_it_began_with(ledger: Ledger) -> None:
    ticket = {"id": 3, "requester_id": 77, "created_at": "2026-10-02T08:15:30Z", "attachments": [attachment(7)]}
    assert take(ledger, "zendesk", {"ticket": ticket}, ticket, {"tickets": [ticket]}).counts.new == 1
    assert ledger.all("SELECT id, customer, direction, conversation FROM entry") == [("7", "77", "receive", "3")]
    read = take(ledger, "zendesk", {"ticket": {**ticket, "is_public": False, "attachments": [attachment(8)]}}).counts
    assert (read.new, read.skipped) == (0, 1)


@pytest.mark.parametrize(
    "body",
    [
        {"attachment": attachment(7)},
        {"attachments": [attachment(7)]},
        {"ticket": {"id": 3, "requester_id": 77, "attachments": [attachment(7)]}},
        {"users": [], "attachments": [attachment(7)]},
        {"audits": [{"id": 1, "author_id": 77, "events": [], "attachments": [attachment(7)]}]},
        {"comments": [{"id": 1, "author_id": 77, "attachment": attachment(7)}]},
    ],
)
def test_an_attachment_of_which_nobody_says_the_rest_is_refused(body: dict[str, Any], ledger: Ledger) -> None:
    assert take(ledger, "zendesk", body).counts.refused == 1


def test_the_answer_to_a_redaction_gives_the_entry_its_reason(ledger: Ledger) -> None:
    ticket = {"id": 3, "requester_id": 77, "created_at": "2026-10-02T08:15:30Z", "attachments": [attachment(7)]}
    take(ledger, "zendesk", {"ticket": ticket}, {"attachment": attachment(7, file_name="redacted.txt")})
    assert ledger.all("SELECT reason FROM entry") == [("redacted in Zendesk",)]


NOT_SCANNED, FOUND = {"malware_scan_result": "not_scanned"}, {"malware_scan_result": "malware_found"}
OVERRIDDEN = {**FOUND, "malware_access_override": True}


@pytest.mark.parametrize("as_one_run", [True, False])
@pytest.mark.parametrize(
    ("read", "outcome"),
    [
        ((NOT_SCANNED, FOUND), "blocked"), ((FOUND, NOT_SCANNED), "blocked"),
        ((NOT_SCANNED, FOUND, OVERRIDDEN, FOUND), "delivered"), ((OVERRIDDEN, FOUND, NOT_SCANNED), "delivered"),
    ],
)  # fmt: skip
def test_what_a_scan_finds_later_counts_in_any_order(
    ledger: Ledger, read: tuple[dict[str, Any], ...], outcome: str, as_one_run: bool
) -> None:
    bodies = [{"comments": [comment(attachment(**more))]} for more in read]
    for some in [bodies] if as_one_run else [[body] for body in bodies]:
        assert take(ledger, "zendesk", *some, requester="77").counts.refused == 0
    assert ledger.all("SELECT outcome FROM entry_now") == [(("delivered", "blocked").index(outcome),)]
    assert take(ledger, "zendesk", *bodies, requester="77").counts.new == 0
