"""Webhook bodies of the WhatsApp Cloud API: every documented kind, statuses, errors, and what is not known."""

from __future__ import annotations

import base64
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.ledger.ingest import Summary, ingest
from occ_media_cli.ledger.sources import Options, body_files
from occ_media_cli.ledger.sources.bodies import _Cutter
from tests.unit.ledger.conftest import Ledger, row

SHA = base64.b64encode(b"\xab" * 32).decode()


def body(*messages: dict[str, Any], statuses: list[dict[str, Any]] | None = None, account: str = "1055",
         **value: Any) -> dict[str, Any]:  # fmt: skip
    found: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": account},
        "contacts": [{"profile": {"name": "Sheena"}, "wa_id": "16505551234"}],
        **value,
    }
    if messages:
        found["messages"] = list(messages)
    if statuses:
        found["statuses"] = statuses
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"field": "messages", "value": found}]}],
    }


def message(kind: str, identity: str = "wamid.1", media: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    found = {"from": "16505551234", "id": identity, "timestamp": "1744344496", "type": kind, **more}
    return {**found, kind: {"sha256": SHA, "id": "99", **media}} if media is not None else found


def take(ledger: Ledger, *bodies: Any, text: str | None = None, **options: Any) -> Summary:
    source = ledger.folder / "hooks.ndjson"
    source.write_text(text if text is not None else "\n".join(json.dumps(b) for b in bodies) + "\n")
    return ingest(
        ledger.connection, "whatsapp", str(source), options=Options(**options.pop("o", {})),
        accounts=options.pop("accounts", {"1055": "vip"}), **options,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "media", "name", "declared"),
    [
        ("image", {"mime_type": "image/jpeg", "caption": "look"}, "wamid.1.jpg", "image/jpeg"),
        ("video", {"mime_type": "video/mp4"}, "wamid.1.mp4", "video/mp4"),
        ("audio", {"mime_type": "audio/ogg; codecs=opus", "voice": True}, "wamid.1.ogg", "audio/ogg; codecs=opus"),
        ("document", {"mime_type": "application/pdf", "filename": "receipt.pdf"}, "receipt.pdf", "application/pdf"),
        ("sticker", {"mime_type": "image/webp", "animated": False}, "wamid.1.webp", "image/webp"),
        ("document", {"mime_type": "application/x-weird+thing"}, "wamid.1", "application/x-weird+thing"),
        ("document", {}, "wamid.1", None),
    ],
)
def test_every_kind_of_media(ledger: Ledger, kind: str, media: dict[str, Any], name: str, declared: str | None) -> None:
    assert take(ledger, body(message(kind, media=media))).counts.new == 1
    assert ledger.all("SELECT source, id, time, inbox, channel, direction, customer, name, declared, sha256, outcome"
                      " FROM entry") == [
        ("whatsapp", "wamid.1", "2025-04-11T04:08:16.000Z", "vip", "whatsapp-cloud", "receive", "16505551234", name,
         declared, "ab" * 32, "delivered")
    ]  # fmt: skip


def test_sha256_in_hex_is_the_same_file(ledger: Ledger) -> None:
    take(ledger, body(message("image", media={"sha256": "AB" * 32}), message("image", "wamid.2", media={})))
    assert ledger.one("SELECT count(DISTINCT sha256) FROM entry") == 1


@pytest.mark.parametrize(
    "kind", ["text", "location", "contacts", "interactive", "button", "order", "system", "reaction"]
)
def test_messages_without_a_file_are_passed_over(ledger: Ledger, kind: str) -> None:
    counts = take(ledger, body(message(kind))).counts
    assert (counts.read, counts.skipped, counts.new, counts.refused) == (1, 1, 0, 0)


def test_a_kind_that_is_not_known_is_kept(ledger: Ledger) -> None:
    take(ledger, body(message("hologram", media={"mime_type": "model/x"})))
    assert ledger.all("SELECT name, reason, outcome FROM entry") == [
        ("wamid.1", "message type 'hologram' is not known", "delivered")
    ]


@pytest.mark.parametrize(
    ("kind", "names", "reason"),
    [
        ("text", ["wamid.1.jpg"], "the type of the message is 'text', and it has an object 'image'"),
        ("audio", ["wamid.1.jpg"], "the type of the message is 'audio', and it has an object 'image'"),
        ("hologram", ["wamid.1.jpg"], "the type of the message is 'hologram', and it has an object 'image'"),
        (
            "document",
            ["plan.pdf", "wamid.1#2.jpg"],
            "the type of the message is 'document', and it has an object 'image'",
        ),
    ],
)
def test_a_media_object_is_a_file_whatever_the_type_says(
    ledger: Ledger, kind: str, names: list[str], reason: str
) -> None:
    own = {"id": "1", "filename": "plan.pdf"} if kind == "document" else None
    done = take(ledger, body(message(kind, media=own, image={"id": "7", "mime_type": "image/jpeg"})))
    assert [name for (name,) in ledger.all("SELECT name FROM entry ORDER BY id")] == names
    assert ledger.all("SELECT reason FROM entry ORDER BY id")[-1] == (reason,)
    assert done.notes == ("messages with a media object that their type does not speak of; each is taken as a file: 1",)


def test_an_unsupported_message_is_a_blocked_attempt(ledger: Ledger) -> None:
    errors = [{"code": 131051, "title": "Message type unknown", "error_data": {"details": "not supported yet"}}]
    take(ledger, body(message("unsupported", errors=errors)))
    assert ledger.all("SELECT outcome, reason FROM entry") == [
        ("blocked", "131051 Message type unknown: not supported yet")
    ]


@pytest.mark.parametrize(
    ("code", "outcome"), [(131051, "blocked"), (131052, "failed"), (131053, "failed"), (1, "failed")]
)
def test_media_that_did_not_arrive_is_an_attempt_with_its_text(ledger: Ledger, code: int, outcome: str) -> None:
    errors = [{"code": code, "title": "Media download error", "error_data": {"details": "over 100 MB"}}]
    take(ledger, body(message("video", media={"mime_type": "video/mp4"}, errors=errors)))
    assert ledger.all("SELECT name, outcome, reason FROM entry") == [
        ("wamid.1.mp4", outcome, f"{code} Media download error: over 100 MB")
    ]


def envelope(*, entry: Any = ..., changes: Any = ..., field: str = "messages", **value: Any) -> dict[str, Any]:
    """A body with something else at one of its places."""
    whole = {"metadata": {"phone_number_id": "1055", "display_phone_number": "+1 555 078 3881"}, **value}
    change = {"field": field, "value": value.get("value", whole)}
    inner = [{"id": "1", "changes": [change] if changes is ... else changes}]
    return {"object": "whatsapp_business_account", "entry": inner if entry is ... else entry}


ONE = {"from": "1", "id": "w", "timestamp": "1767225600", "type": "image", "image": {"id": "1"}}
BARE = {name: ONE[name] for name in ("from", "id", "timestamp")}
WRONG: list[Any] = [5, "x", True, {}, {"0": ONE}, [5], [None], [[ONE]]]


@pytest.mark.parametrize(
    "hook",
    [envelope(**{name: wrong}) for name in ("messages", "message_echoes", "statuses", "history") for wrong in WRONG]
    + [envelope(history=[{"threads": wrong}]) for wrong in WRONG]
    + [envelope(history=[{"threads": [{"id": "1", "messages": wrong}]}]) for wrong in WRONG]
    + [envelope(value=wrong) for wrong in [5, "x", None, [], [ONE], {}, {"mesages": [ONE]}]]
    + [envelope(field=wrong, mesages=[ONE]) for wrong in ["uploads", "", ["messages"], None]]  # type: ignore[arg-type]
    + [envelope(entry=wrong) for wrong in [5, None, [], {}, [5], [{}], [{"id": "1", "messaging": [ONE]}]]]
    + [envelope(changes=wrong) for wrong in [5, None, [], {}, [5], [{}], [[]]]]
    + [envelope(messages=[{**ONE, "image": wrong}]) for wrong in [5, None, [], {}, "x", [{"id": "1"}], {"caption": ""}]]
    + [envelope(messages=[{**ONE, "type": wrong}]) for wrong in [5, None, "", [], "revoke"]]
    + [envelope(messages=[{**BARE, "type": "hologram"}])]
    + [envelope(messages=[{**ONE, "image": {"id": "1", name: 5}}]) for name in ("sha256", "filename", "mime_type")]
    + [envelope(messages=[{"id": "w", "timestamp": "1", "type": "image", "errors": wrong}]) for wrong in (5, [5], {})]
    + [envelope(statuses=[{"id": "w", "timestamp": "1", "status": wrong}]) for wrong in (5, None, ["failed"])]
    + [envelope(statuses=[{"id": "w", "timestamp": "1", "status": "failed", "errors": 5}])],
    ids=lambda hook: json.dumps(hook["entry"])[:120],
)  # fmt: skip
def test_an_envelope_that_is_not_known_is_refused_and_counted(ledger: Ledger, hook: dict[str, Any]) -> None:
    good = envelope(messages=[{**ONE, "id": "good"}])
    done = take(ledger, hook, good, o={"inbox": "vip"})
    assert (done.counts.read, done.counts.new, done.counts.refused, done.counts.skipped) == (2, 1, 1, 0)
    assert [refusal.line for refusal in done.examples] == [1]
    assert ledger.all("SELECT id FROM entry") == [("good",)]


def test_a_wrong_part_of_a_body_costs_no_other(ledger: Ledger) -> None:
    hook = envelope(messages=[5, ONE, {**ONE, "id": "x", "image": 5}], statuses={"id": "w"}, message_echoes=[ONE, None])
    hook["entry"] += [7, envelope(messages=[{**ONE, "id": "w2"}])["entry"][0]]
    done = take(ledger, hook)
    assert (done.counts.new, done.counts.refused) == (2, 6)  # the echo has the id of another file
    assert ledger.all("SELECT id FROM entry ORDER BY id") == [("w",), ("w2",)]


@pytest.mark.parametrize(
    "hook",
    [
        envelope(messages=[]), envelope(errors=[{"code": 0}]), envelope(history=[{"errors": [{"code": 2593109}]}]),
        envelope(history=[{"threads": []}]), envelope(history=[{"threads": [{"id": "1", "messages": []}]}]),
        envelope(field="account_update", value={"event": "VERIFIED_ACCOUNT"}),
        envelope(messages=[{**BARE, "type": "edit", "edit": {"message": {"type": "text"}}}]),
        envelope(messages=[{**BARE, "type": "unsupported", "unsupported": {"type": "pin"}, "errors": [{"code": 131051}]}]),
        envelope(messages=[{**BARE, "type": "interactive", "interactive": {"type": "button_reply"}}]),
        envelope(messages=[{**BARE, "type": "revoke", "revoke": {"original_message_id": "of a text"}}]),
    ],
)  # fmt: skip
def test_what_is_known_to_carry_no_file_is_skipped_and_counted(ledger: Ledger, hook: dict[str, Any]) -> None:
    counts = take(ledger, hook).counts
    assert (counts.read, counts.new, counts.refused, counts.skipped) == (1, 0, 0, 1)


def test_an_unsupported_message_without_a_word_may_have_been_a_file(ledger: Ledger) -> None:
    take(ledger, envelope(messages=[{**ONE, "type": "unsupported"}]))
    assert ledger.all("SELECT outcome FROM entry") == [("blocked",)]


def test_the_history_of_a_number_is_read(ledger: Ledger) -> None:
    sent = {**ONE, "id": "s", "from": "15550783881"}
    threads = [{"id": "16505551234", "messages": [ONE, sent, {**BARE, "id": "p", "type": "media_placeholder"}]}]
    done = take(ledger, envelope(field="history", history=[{"metadata": {"phase": 0}, "threads": threads}]))
    assert (done.counts.new, done.counts.skipped, done.counts.refused) == (2, 1, 0)
    take(ledger, envelope(field="history", messages=[{**sent, "id": "s2", "to": "16505551234"}]))
    assert ledger.all("SELECT id, direction, customer FROM entry ORDER BY seq") == [
        ("w", "receive", "16505551234"), ("s", "send", "16505551234"), ("s2", "send", "16505551234"),
    ]  # fmt: skip


def test_files_in_a_form_are_entries(ledger: Ledger) -> None:
    def form(*files: dict[str, Any], identity: str = "f") -> dict[str, Any]:
        text = json.dumps({"flow_token": "x", "screen": {"my_picker": list(files)}})
        reply = {"type": "nfm_reply", "nfm_reply": {"response_json": text}}
        return {**BARE, "id": identity, "type": "interactive", "interactive": reply}

    card = {"id": 79, "mime_type": "image/jpeg", "sha256": SHA, "file_name": "card.jpg"}
    done = take(ledger, envelope(messages=[form(card, {**card, "file_name": "back.jpg"}), form(card, identity="g")]))
    assert (done.counts.read, done.counts.new) == (3, 3)
    broken = {"type": "nfm_reply", "nfm_reply": {"response_json": "{broken"}}
    assert take(ledger, envelope(messages=[{**BARE, "type": "interactive", "interactive": broken}])).counts.refused == 1
    assert ledger.all("SELECT id, name, declared FROM entry ORDER BY seq") == [
        ("f#1", "card.jpg", "image/jpeg"), ("f#2", "back.jpg", "image/jpeg"), ("g", "card.jpg", "image/jpeg"),
    ]  # fmt: skip


def test_a_message_that_was_taken_back_keeps_its_entry_with_a_reason(ledger: Ledger) -> None:
    revoke = {**BARE, "id": "r", "type": "revoke", "revoke": {"original_message_id": "w"}}
    assert take(ledger, envelope(messages=[ONE, revoke])).counts.new == 2
    assert ledger.all("SELECT id, outcome, reason FROM entry") == [
        ("w", "delivered", "deleted for everyone by the sender")
    ]


def test_a_customer_without_a_phone_is_the_user_id(ledger: Ledger) -> None:
    nameless = {key: value for key, value in ONE.items() if key != "from"}
    take(ledger, envelope(messages=[{**nameless, "from_user_id": "US.1"}]))
    take(ledger, envelope(message_echoes=[{**nameless, "id": "e", "from": "5", "to_user_id": "US.1"}]))
    assert ledger.all("SELECT direction, customer FROM entry") == [("receive", "US.1"), ("send", "US.1")]


def test_a_body_of_before_the_cloud_is_read(ledger: Ledger) -> None:
    take(ledger, {"contacts": [], "messages": [ONE]}, o={"inbox": "vip"})
    assert ledger.all("SELECT id, inbox FROM entry") == [("w", "vip")]


def failed(identity: str, code: int, stamp: str = "1744344500") -> dict[str, Any]:
    return {
        "id": identity, "status": "failed", "timestamp": stamp, "recipient_id": "16505551234",
        "errors": [{"code": code, "title": "Media upload error", "error_data": {"details": "Audio codec"}}],
    }  # fmt: skip


def test_a_failed_status_corrects_the_entry_of_whichever_source(ledger: Ledger) -> None:
    ledger.ingest(row(7, id="wamid.sent", direction="send"))
    first = take(ledger, body(message("image", media={})), body(statuses=[failed("wamid.sent", 131053)]))
    assert (first.counts.new, first.counts.refused) == (2, 0)
    again = take(ledger, body(message("image", media={})), body(statuses=[failed("wamid.sent", 131053)]))
    assert (again.counts.new, again.counts.duplicate) == (0, 2)
    assert ledger.all("SELECT source, outcome, reason FROM entry ORDER BY seq") == [
        ("ndjson", "failed", "131053 Media upload error: Audio codec"), ("whatsapp", "delivered", None),
    ]  # fmt: skip


def test_a_failed_status_of_media_that_nobody_recorded_is_an_attempt(ledger: Ledger) -> None:
    done = take(ledger, body(statuses=[failed("wamid.a", 131052), failed("wamid.b", 131047)]))
    assert (done.counts.read, done.counts.new, done.counts.skipped) == (2, 1, 1)
    assert ledger.all("SELECT id, direction, outcome, customer, reason FROM entry") == [
        ("wamid.a", "send", "failed", "16505551234", "131052 Media upload error: Audio codec")
    ]
    assert take(ledger, body(statuses=[failed("wamid.a", 131052)])).counts.duplicate == 1
    assert take(ledger, body(statuses=[failed("wamid.a", 131052, "1744344600")])).counts.new == 1  # corrects that one
    assert ledger.one("SELECT count(*) FROM entry") == 1


@pytest.mark.parametrize("status", ["sent", "delivered", "read", "played", "deleted"])
def test_other_statuses_change_nothing(ledger: Ledger, status: str) -> None:
    done = take(ledger, body(statuses=[{"id": "wamid.1", "status": status, "timestamp": "1"}]))
    assert (done.counts.skipped, done.counts.new) == (1, 0)


def test_echoes_of_the_business_app_are_sent(ledger: Ledger) -> None:
    echo = {**message("image", media={"mime_type": "image/png"}), "to": "4917", "from": "15550783881"}
    take(ledger, body(message_echoes=[echo]))
    assert ledger.all("SELECT direction, customer FROM entry") == [("send", "4917")]


def test_the_inbox_comes_from_the_map_else_the_link_else_the_option(ledger: Ledger) -> None:
    from occ_media_cli.settings.editing import editing
    from occ_media_cli.store.locate import at
    from tests.unit.ledger.conftest import STAMP

    hook = body(message("image", media={}))
    done = take(ledger, hook, accounts={})
    assert (
        done.examples[0].detail == "no inbox is linked to whatsapp-cloud:1055, and the map of inboxes does not name it"
    )
    with editing(at(ledger.path, explicit=True), STAMP) as editor:
        editor.change("lab", {"channels": ["whatsapp-cloud:1055"]})
    take(ledger, hook, accounts={})
    take(ledger, body(message("image", "wamid.2", media={})), accounts={"1055": "vip"})
    take(ledger, body(message("image", "wamid.3", media={}), account="77"), accounts={}, o={"inbox": "Grüße"})
    assert ledger.all("SELECT inbox FROM entry ORDER BY seq") == [("lab",), ("vip",), ("Grüße",)]


def test_an_array_one_body_and_a_folder_are_read_too(ledger: Ledger, tmp_path: Path) -> None:
    hooks = [body(message("image", f"wamid.{n}", media={"caption": '}]"\\ {['})) for n in range(30)]
    assert take(ledger, text=json.dumps(hooks)).counts.new == 30
    assert take(ledger, text=json.dumps(hooks, indent=2)).counts.duplicate == 30
    assert take(ledger, text=json.dumps(hooks[0], indent=1)).counts.duplicate == 1
    folder = tmp_path / "hooks"
    (folder / "a").mkdir(parents=True)
    for number, hook in enumerate(hooks):
        (folder / "a" / f"{number}.json").write_text(json.dumps(hook, indent=2))
    (folder / "note.txt").write_text("not a hook")
    done = ingest(ledger.connection, "whatsapp", str(folder), accounts={"1055": "vip"})
    assert (done.counts.duplicate, done.counts.refused) == (30, 0)


def test_a_file_of_a_folder_costs_itself_and_no_link_is_followed(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "hooks"
    folder.mkdir()
    for name in ("a", "c", "swapped/d", "swapped/e"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / f"{name}.json").write_text(json.dumps(body(message("image", f"wamid.{name}", media={}))))
    (folder / "b.json").write_bytes(b"\x1f\x8b broken")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "d.json").write_text(json.dumps(body(message("image", "wamid.outside", media={}))))
    (folder / "link.json").symlink_to(outside / "d.json")
    os.mkfifo(folder / "pipe.json")
    opened = body_files.open_below

    def swap(root: int, parts: tuple[str, ...]) -> Any:
        """Another program puts a link in the place of a folder, after it was listed."""
        if parts[0] == "swapped" and not (folder / "swapped").is_symlink():
            (folder / "swapped").rename(tmp_path / "away")
            (folder / "swapped").symlink_to(outside)
        return opened(root, parts)

    monkeypatch.setattr(body_files, "open_below", swap)
    done = ingest(ledger.connection, "whatsapp", str(folder), accounts={"1055": "vip"})
    assert (done.counts.new, done.counts.refused, done.counts.skipped) == (2, 3, 2)
    assert [refusal.detail.partition(":")[0] for refusal in done.examples] == [
        "b.json",
        "swapped/d.json",
        "swapped/e.json",
    ]
    assert ledger.all("SELECT id FROM entry ORDER BY id") == [("wamid.a",), ("wamid.c",)]


def test_a_broken_line_spoils_no_other(ledger: Ledger) -> None:
    good = [json.dumps(body(message("image", f"wamid.{n}", media={}))) for n in range(3)]
    done = take(ledger, text="\n".join([good[0], good[1][:50], "nonsense", "[]", '{"entry": 5}', good[2]]))
    assert (done.counts.new, done.counts.refused, done.counts.skipped) == (2, 3, 1)
    assert [refusal.line for refusal in done.examples] == [2, 3, 5]


@pytest.mark.parametrize(
    ("change", "group"),
    [
        ({"timestamp": "soon"}, "bad time"), ({"timestamp": None}, "bad time"), ({"timestamp": "٤٤"}, "bad time"),
        ({"id": None}, "no id"), ({"image": {"sha256": "short"}}, "bad hash"), ({"id": "a\0"}, "NUL"),
    ],
)  # fmt: skip
def test_messages_that_do_not_fit_are_refused(ledger: Ledger, change: dict[str, Any], group: str) -> None:
    done = take(ledger, body({**message("image", media={}), **change}))
    assert [refusal.group for refusal in done.examples] == [group]


def test_wrong_types_anywhere_never_crash(ledger: Ledger) -> None:
    rng = random.Random(5)
    hook = body(message("image", media={"mime_type": "image/png"}), statuses=[failed("wamid.1", 131053)])
    wrong: list[Any] = [None, 1, "x", [], {}, [[]], [None], True, 1.5, {"a": 1}]

    def spoil(value: Any) -> Any:
        if rng.random() < 0.1:
            return rng.choice(wrong)
        if isinstance(value, dict):
            return {key: spoil(item) for key, item in value.items()}
        return [spoil(item) for item in value] if isinstance(value, list) else value

    done = take(ledger, hook, *[spoil(hook) for _ in range(400)])
    counts = done.counts
    assert counts.read == counts.new + counts.duplicate + counts.refused + counts.skipped


def test_the_cut_is_the_same_however_the_blocks_fall() -> None:
    values = [{"a": '{"\\"}]' * n, "b": [[{}], n]} for n in range(12)]
    data = json.dumps(values, indent=1).encode()
    for size in (1, 2, 3, 7, 50, 10_000):
        cutter = _Cutter()
        found = []
        for start in range(0, len(data), size):
            found += [each.data for each in cutter.feed(data[start : start + size])]
        found += [value for _, value in cutter.end()]
        assert [json.loads(value or b"0") for value in found] == values


def test_media_that_were_never_fetched_are_counted(ledger: Ledger) -> None:
    from occ_media_cli.ledger.stats import stats

    ledger.ingest(row(8, path="elsewhere.pdf", sha256=None))  # bytes that nobody hashed are not these
    take(ledger, body(message("image", media={}), message("image", "wamid.2", media={}, timestamp="1744000000")))
    found = stats(ledger.connection, 1_744_344_496_000 + 86_400_000)
    assert (found.expiring, found.expiring_first, found.expired) == (2, 1_744_000_000_000 + 7 * 86_400_000, 0)
    assert stats(ledger.connection, 1_744_344_496_000 + 7 * 86_400_000).expired == 2
    take(ledger, body(message("image", "wamid.3", media={"sha256": None})))
    ledger.ingest(row(9, path="saved.jpg", sha256="ab" * 32))  # the same content was saved: those two are captured
    assert stats(ledger.connection, 1_744_344_496_000 + 7 * 86_400_000).expired == 1


def test_what_did_not_come_through_in_the_history_failed(ledger: Ledger) -> None:
    sent = {"from": "15550001111", "to": "16505551234", "id": "h1", "timestamp": "1790000000", "type": "image",
            "image": {"id": "1", "mime_type": "image/jpeg"}}  # fmt: skip
    lost = {**sent, "history_context": {"status": "ERROR"}}
    for message in (sent, lost, sent):
        threads = [{"id": "16505551234", "messages": [message]}]
        assert take(ledger, envelope(field="history", history=[{"threads": threads}])).counts.refused == 0
    assert ledger.all("SELECT outcome FROM entry_now") == [(2,)]
