"""Updates of Telegram bots: what is a file, whose it is, and what an edit and a deletion come to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.ledger.conftest import Ledger
from tests.unit.ledger.sources.platform_payloads import PDF, take, take_from, update

GROUP = {"id": -100_200, "type": "supergroup", "title": "Orders"}
SIZES = [{"file_id": "s", "width": 90, "height": 60, "file_size": 900},
         {"file_id": "l", "width": 900, "height": 600, "file_size": 700},
         {"file_id": "m", "width": 300, "height": 200, "file_size": 800}]  # fmt: skip


@pytest.mark.parametrize(
    ("media", "name", "size"),
    [
        ({"document": PDF}, "terms.pdf", 4_500),
        ({"document": {**PDF, "file_name": "..\\..\\a/b\u0007.pdf"}}, "b.pdf", 4_500),
        ({"photo": SIZES}, "4471:1.jpg", 700),
        ({"video": {"file_id": "v"}}, "4471:1.mp4", None),
        ({"video": {"file_id": "v", "mime_type": "video/quicktime"}}, "4471:1.mov", None),
        ({"video_note": {"file_id": "v"}}, "4471:1.mp4", None),
        ({"voice": {"file_id": "v"}}, "4471:1.ogg", None),
        ({"sticker": {"file_id": "v"}}, "4471:1.webp", None),
        ({"sticker": {"file_id": "v", "is_animated": True}}, "4471:1.tgs", None),
        ({"sticker": {"file_id": "v", "is_video": True}}, "4471:1.webm", None),
        ({"audio": {"file_id": "v", "title": "Song"}}, "4471:1", None),
        ({"animation": {"file_id": "g", "file_name": "g.mp4"}, "document": PDF}, "g.mp4", None),
        ({"live_photo": {"file_id": "g", "file_size": 5}, "photo": SIZES}, "4471:1.mp4", 5),
        ({"hologram": {"file_id": "h"}}, "4471:1", None),
    ],
)
def test_every_kind_of_file_is_one_entry(ledger: Ledger, media: dict[str, Any], name: str, size: int | None) -> None:
    assert take(ledger, "telegram", update(**media)).counts.new == 1
    assert ledger.all("SELECT id, time, direction, customer, conversation, name, size FROM entry") == [
        ("4471:1", "2026-09-21T14:13:20.000Z", "receive", "4471", None, name, size)
    ]


@pytest.mark.parametrize(
    "body",
    [
        update(text="hi"), update(contact={"phone_number": "1"}), update(new_chat_photo=SIZES),
        update(game={"photo": SIZES, "animation": PDF}), update(story={"id": 1}), update(passport_data={"data": []}),
        update(text="a reply", reply_to_message=update(document=PDF)["message"]),
        update(text="x", external_reply={"document": PDF}), update(pinned_message=update(document=PDF)["message"]),
        update(unique_gift={"gift": {"sticker": PDF}}), update(paid_media={"paid_media": [{"type": "preview"}]}),
        {"update_id": 1, "callback_query": {"id": "1", "message": update(document=PDF)["message"]}},
        {"update_id": 1, "my_chat_member": {"date": 1}}, {"ok": True, "result": []},
        {"update_id": 1, "deleted_business_messages": {"chat": {"id": 4471}, "message_ids": [1, 2]}},
    ],
    ids=lambda body: ",".join(list(body)[-1:] + list(body.get("message", {}))[4:]),
)  # fmt: skip
def test_what_is_no_file_is_skipped_once(ledger: Ledger, body: dict[str, Any]) -> None:
    counts = take(ledger, "telegram", body).counts
    assert (counts.read, counts.skipped, counts.new, counts.refused) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"id": 1, "type": "personal_chat", "messages": [{"id": 1, "file": "x.pdf"}]}, "an export of Telegram Desktop"),
        ({"about": "", "chats": {"list": []}}, "an export of Telegram Desktop"),
        ({"ok": False, "error_code": 401, "description": "Unauthorized"}, "without updates: Unauthorized"),
        ({"ok": True, "result": [5]}, "a result is not an update"),
        ({"object": "page", "entry": []}, "has no update_id"),
        ({"update_id": 1}, "an update with nothing is not known"),
        ({"update_id": 1, "hologram": {"data": 1}}, "an update with hologram is not known"),
        (update(document={"file_name": "a.pdf"}), "has no file_id"),
        (update(photo=[]), "a photo has no size"),
        (update(document=PDF, chat={}), "id is missing"),
        (update("edited_message", document=PDF), "edit_date None is not a number of seconds"),
    ],
)
def test_what_is_not_known_is_refused_with_its_reason(ledger: Ledger, body: dict[str, Any], why: str) -> None:
    done = take(ledger, "telegram", body, update(number=2, document=PDF))
    assert (done.counts.refused, done.counts.new) == (1, 1)
    assert why in done.examples[0].detail


def test_a_new_kind_of_update_with_a_message_is_read(ledger: Ledger) -> None:
    assert take(ledger, "telegram", update("oracle_message", document=PDF)).counts.new == 1


def test_the_same_number_in_two_chats_is_two_messages(ledger: Ledger) -> None:
    assert take(ledger, "telegram", update(document=PDF), update(user=5, document=PDF)).counts.new == 2


def test_files_in_the_blocks_of_a_formatted_message_are_files(ledger: Ledger) -> None:
    blocks = [{"type": "paragraph", "text": "x"}, {"type": "photo", "photo": SIZES},
              {"type": "collage", "blocks": [{"type": "video", "video": {"file_id": "v"}}]}]  # fmt: skip
    take(ledger, "telegram", update(rich_message={"blocks": blocks}))
    assert [name for (name,) in ledger.all("SELECT name FROM entry ORDER BY seq")] == ["4471:1#1.jpg", "4471:1#2.mp4"]


def test_several_files_of_one_message_are_numbered(ledger: Ledger) -> None:
    media = [{"type": "photo", "photo": SIZES}, {"type": "preview"}, {"type": "video", "video": {"file_id": "v"}}]
    take(ledger, "telegram", update(paid_media={"paid_media": media}))
    assert ledger.all("SELECT id, name FROM entry ORDER BY seq") == [
        ("4471:1#1", "4471:1#1.jpg"), ("4471:1#2", "4471:1#2.mp4")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "people"),
    [
        (update(chat=GROUP, document=PDF), ("receive", None, "4471", "-100200")),
        (update(user=8, chat=GROUP, document=PDF), ("send", "8", None, "-100200")),
        (update(chat=GROUP, sender_chat={"id": -5}, document=PDF), ("receive", None, None, "-100200")),
        (update("channel_post", chat={"id": -7, "type": "channel"}, document=PDF), ("receive", None, "4471", "-7")),
        (update("business_message", user=9, chat={"id": 4471}, business_connection_id="b", document=PDF),
         ("send", "9", "4471", None)),
        (update("business_message", business_connection_id="b", document=PDF), ("receive", None, "4471", None)),
        (update("business_message", user=9, chat={"id": 4471, "type": "private"}, business_connection_id="b",
                document=PDF), ("send", "9", "4471", None)),
    ],
)  # fmt: skip
def test_whose_a_file_is(ledger: Ledger, body: dict[str, Any], people: tuple[Any, ...]) -> None:
    take(ledger, "telegram", body, agents=("8",))
    assert ledger.all("SELECT direction, agent, customer, conversation FROM entry") == [people]


def test_an_edit_with_a_file_is_an_entry_of_its_own_and_one_of_words_is_none(ledger: Ledger) -> None:
    other = {**PDF, "file_name": "better.pdf"}
    edited = [update("edited_message", edit_date=1_790_000_060, document=other),
              update("edited_message", edit_date=1_790_000_070, text="words")]  # fmt: skip
    counts = take(ledger, "telegram", update(document=PDF), *edited, *edited).counts
    assert (counts.new, counts.duplicate, counts.skipped) == (2, 1, 2)
    assert ledger.all("SELECT id, name, time FROM entry ORDER BY seq")[1] == (
        "4471:1@1790000060", "better.pdf", "2026-09-21T14:14:20.000Z"
    )  # fmt: skip


def test_a_deletion_says_so_of_what_is_known_and_leaves_the_bytes(ledger: Ledger) -> None:
    deleted = {"update_id": 1, "deleted_business_messages": {"chat": {"id": 4471}, "message_ids": [1, 2]}}
    assert take(ledger, "telegram", update(document=PDF), deleted).counts.skipped == 0
    assert ledger.all("SELECT outcome, reason, deleted_ms FROM entry") == [
        ("delivered", "deleted by the sender; Telegram does not say when", None)
    ]
    assert take(ledger, "telegram", update(document=PDF), deleted).counts.duplicate == 2


def test_without_an_inbox_it_says_what_to_name(ledger: Ledger) -> None:
    done = take(ledger, "telegram", update(document=PDF), inbox=None)
    assert "name the inbox of the whole source" in done.examples[0].detail


def test_answers_of_get_updates_and_a_folder_of_bodies(ledger: Ledger) -> None:
    folder = ledger.folder / "hooks"
    folder.mkdir()
    (folder / "a.json").write_text(
        json.dumps({"ok": True, "result": [update(document=PDF), update(text="x")]}, indent=1)
    )
    (folder / "b.json").write_text(json.dumps(update(number=2, document=PDF)))
    counts = take_from(ledger, "telegram", folder).counts
    assert (counts.read, counts.new, counts.skipped) == (3, 2, 1)


@pytest.mark.parametrize(
    ("paid", "name"),
    [
        ({"type": "video", "video": {"file_id": "v"}}, "4471:1.mp4"),
        ({"type": "live_photo", "live_photo": {"file_id": "l", "photo": [{"file_id": "p"}]}}, "4471:1.mp4"),
        ({"video": {"file_id": "v"}}, "4471:1.mp4"),
        ({"type": "preview", "video": {"file_id": "v"}}, "4471:1.mp4"),
        ({"type": "hologram", "hologram": {"file_id": "h"}}, "4471:1"),
        ({"type": "preview", "width": 5}, None),
    ],
)
def test_paid_media_of_each_kind_is_an_entry_and_a_preview_is_none(
    paid: dict[str, Any], name: str | None, ledger: Ledger
) -> None:
    counts = take(ledger, "telegram", update(paid_media={"star_count": 1, "paid_media": [paid]})).counts
    assert (counts.refused, counts.skipped) == (0, name is None)
    assert ledger.all("SELECT name FROM entry") == ([(name,)] if name else [])


@pytest.mark.parametrize(
    "paid", [5, {}, {"paid_media": 5}, {"paid_media": [5]}, {"paid_media": [{}]}, {"paid_media": [{"type": "video"}]},
             {"paid_media": [{"type": "live_photo", "live_photo": {"photo": [{"file_id": "p"}]}}]}],
)  # fmt: skip
def test_paid_media_that_cannot_be_read_is_refused(paid: Any, ledger: Ledger) -> None:
    assert take(ledger, "telegram", update(paid_media=paid)).counts.refused == 1


def test_a_deletion_reaches_the_files_that_edits_put_in(ledger: Ledger) -> None:
    def edit(name: str) -> dict[str, Any]:
        found = update(document={**PDF, "file_name": name})["message"]
        return {"update_id": 3, "edited_business_message": {**found, "edit_date": 1_790_000_100}}

    gone = {"update_id": 4, "deleted_business_messages": {"chat": {"id": 4471}, "message_ids": [1]}}
    bodies = (edit("a.pdf"), gone, edit("b.pdf"), edit("a.pdf"))
    counts = take(ledger, "telegram", *bodies).counts
    assert (counts.new, counts.duplicate, counts.refused, counts.unknown) == (4, 1, 0, 0)
    assert ledger.all("SELECT id, name, reason IS NOT NULL FROM entry ORDER BY seq") == [
        ("4471:1@1790000100", "a.pdf", 1), ("4471:1@1790000100#2", "b.pdf", 1)
    ]  # fmt: skip
    assert take(ledger, "telegram", *bodies).counts.new == 0
