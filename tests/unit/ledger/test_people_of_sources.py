"""Whatever brought a person's files, everything that is done by person reaches all of them, however the id is typed."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from occ_media_cli.__main__ import run
from occ_media_cli.ledger.entry import Counts
from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.ledger.sources import SOURCES, Options
from occ_media_cli.settings.editing import editing
from occ_media_cli.store.locate import at
from tests.unit.copies import made_once
from tests.unit.ledger.conftest import STAMP, Ledger, row
from tests.unit.ledger.reaching import assert_person_is_reached
from tests.unit.ledger.sources.nested.taking import MAPS
from tests.unit.ledger.sources.platform_payloads import (
    PDF,
    attachment,
    comment,
    slack_event,
    slack_file,
    slack_message,
    update,
)


class Arrival(NamedTuple):
    """How people come in by a source.

    write: puts what it reads into a folder, with two files of one person and one of somebody else, and gives the words
    behind `ledger ingest`. spellings: ways to type that person. stored: whether its entries name their bytes, so that a
    plan of a retention can remove them.
    """

    write: Callable[[Path], list[str]]
    spellings: tuple[str, ...]
    stored: bool = False


PHONE = ("16505551234", "+1 650 555 1234", "tel:+1-650-555-1234", "whatsapp:+16505551234", "0016505551234")
MAIL = ("Rosa@Example.com", "rosa@example.com", "ROSA@EXAMPLE.COM", "mailto:rosa@example.com", " rosa@example.com ")


def _ndjson(folder: Path) -> list[str]:
    return ["ndjson", _lines(folder, *_rows())]


def _rows() -> list[dict[str, Any]]:
    written = ("+16505551234", "whatsapp:+1 650 555 1234", "16505559999")
    return [row(number, customer=who, path=f"{number}.pdf") for number, who in enumerate(written, start=1)]


def _csv(folder: Path) -> list[str]:
    with (folder / "rows.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, _rows()[0])
        writer.writeheader()
        writer.writerows(_rows())
    return ["csv", str(folder / "rows.csv")]


def _folder(folder: Path) -> list[str]:
    media = folder / "media"
    media.mkdir()
    for number, each in enumerate(_rows(), start=1):
        (media / f"{number}.pdf").write_bytes(str(number).encode())
        said = {name: each[name] for name in ("time", "customer")}
        (media / f"{number}.pdf.json").write_text(json.dumps(said))
    return ["folder", str(media), "--inbox", "vip", "--direction", "receive"]


def _whatsapp(folder: Path) -> list[str]:
    messages = [
        {"from": who, "id": f"wamid.{n}", "timestamp": "1790000000", "type": "image", "image": {"id": str(n)}}
        for n, who in enumerate(("16505551234", "16505551234", "16505559999"))
    ]
    change = {"field": "messages", "value": {"metadata": {"phone_number_id": "1"}, "messages": messages}}
    return ["whatsapp", _lines(folder, {"entry": [{"changes": [change]}]}), "--inbox", "vip"]


def _messenger(folder: Path, kind: str = "messenger", page: str = "page") -> list[str]:
    people = enumerate(("7001", "7001", "7002"))
    file = {"type": "file", "payload": {"url": "https://cdn.example/a.pdf"}}
    events = [
        {"sender": {"id": who}, "recipient": {"id": "1"}, "timestamp": 1790000000123,
         "message": {"mid": f"m{n}", "attachments": [file]}}
        for n, who in people
    ]  # fmt: skip
    return [kind, _lines(folder, {"object": page, "entry": [{"id": "1", "messaging": events}]}), "--inbox", "vip"]


def _instagram(folder: Path) -> list[str]:
    return _messenger(folder, "instagram", "instagram")


def _telegram(folder: Path) -> list[str]:
    group = {"id": -100_200, "type": "group"}
    bodies = [update(document=PDF), update(number=2, chat=group, document=PDF), update(user=9, document=PDF)]
    return ["telegram", _lines(folder, *bodies), "--inbox", "vip"]


def _slack(folder: Path) -> list[str]:
    people = enumerate(("U0CUST", "U0CUST", "U0ELSE"))
    bodies = [slack_event(slack_message(slack_file(f"F{n}"), user=who)) for n, who in people]
    return ["slack", _lines(folder, *bodies), "--inbox", "vip"]


def _zendesk(folder: Path) -> list[str]:
    users = [{"id": 77, "role": "end-user", "email": "Rosa@Example.com"}, {"id": 78, "role": "end-user"},
             {"id": 79, "role": "end-user", "email": "rosa@example.COM"}]  # fmt: skip
    comments = [comment(attachment(500 + n), author=who) for n, who in enumerate((77, 79, 78))]
    return ["zendesk", _lines(folder, {"comments": comments, "users": users}), "--inbox", "vip"]


def _email(folder: Path) -> list[str]:
    people = enumerate(("Rosa <Rosa@Example.com>", "rosa@example.COM (Rosa)", "else@example.com"))
    mails = [
        f"From: {who}\nDate: Mon, 02 Mar 2026 10:00:00 +0200\nMessage-ID: <{n}@example.com>\n"
        f"Content-Type: application/pdf; name={n}.pdf\n\nx\n"
        for n, who in people
    ]
    (folder / "in.mbox").write_text("".join(f"From a@b.c Mon Mar  2 10:00:00 2026\n{mail}\n" for mail in mails))
    return ["email", str(folder / "in.mbox"), "--inbox", "vip"]


def _lines(folder: Path, *bodies: dict[str, Any]) -> str:
    (folder / "bodies.ndjson").write_text("".join(f"{json.dumps(body)}\n" for body in bodies))
    return str(folder / "bodies.ndjson")


def _parquet(folder: Path) -> list[str]:
    pyarrow = pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    pytest.importorskip("pyarrow.parquet").write_table(pyarrow.Table.from_pylist(_rows()), folder / "rows.parquet")
    return ["parquet", str(folder / "rows.parquet")]


ARRIVALS = {
    "ndjson": Arrival(_ndjson, PHONE, stored=True),
    "csv": Arrival(_csv, PHONE, stored=True),
    "parquet": Arrival(_parquet, PHONE, stored=True),
    "folder": Arrival(_folder, PHONE, stored=True),
    "whatsapp": Arrival(_whatsapp, PHONE),
    "messenger": Arrival(_messenger, ("7001",)),
    "instagram": Arrival(_instagram, ("7001",)),
    "telegram": Arrival(_telegram, ("4471",)),
    "slack": Arrival(_slack, ("U0CUST",)),
    "zendesk": Arrival(_zendesk, MAIL),
    "email": Arrival(_email, MAIL),
}
"""By source; a new one says here how a person comes in by it."""

ELSEWHERE = {
    "chatwoot": "tests/unit/ledger/test_chatwoot.py, where there is a server",
    "bucket": "a listing names nobody",
}

NUMBERS = ("16505551234", "+1 650 555 1234", "16505559999")
ADDRESSES = ("Rosa@Example.com", "rosa@example.COM", "else@example.com")
AT = 1_790_000_000
ISO = "2026-10-02T08:15:30Z"


def _chatwoot(number: int, who: str) -> dict[str, Any]:
    file = {"id": number, "file_type": "file", "data_url": "https://h/a.pdf", "file_size": 5}
    return {"event": "message_created", "message_type": "incoming", "created_at": ISO, "private": False,
            "sender": {"type": "contact", "phone_number": who}, "attachments": [file]}  # fmt: skip


def _freshdesk(number: int, who: str) -> dict[str, Any]:
    file = {"id": number, "name": "a.pdf", "size": 5, "attachment_url": "https://h/a.pdf"}
    return {
        "ticket": {"id": number, "requester": {"email": who}, "created_at": ISO, "source": 1, "attachments": [file]}
    }


def _infobip(number: int, who: str) -> dict[str, Any]:
    message = {"type": "IMAGE", "url": "https://h/a.jpg"}
    return {"results": [{"from": who, "to": "30", "messageId": f"i{number}", "receivedAt": ISO, "message": message}]}


def _intercom(number: int, who: str) -> dict[str, Any]:
    author = {"type": "user", "id": f"id{number}"}
    people = {"contacts": [{"id": f"id{number}", "external_id": who}]}
    file = {"type": "upload", "name": "a.pdf", "url": "https://h/a.pdf", "filesize": 5}
    return {"type": "conversation", "id": f"c{number}", "created_at": AT, "contacts": people,
            "source": {"id": f"s{number}", "author": author, "attachments": [file]}}  # fmt: skip


def _line(number: int, who: str) -> dict[str, Any]:
    event = {"type": "message", "mode": "active", "timestamp": AT * 1_000, "source": {"type": "user", "userId": who},
             "message": {"id": str(number), "type": "image", "contentProvider": {"type": "line"}}}  # fmt: skip
    return {"destination": "U0", "events": [event]}


def _matrix(number: int, who: str) -> dict[str, Any]:
    content = {"msgtype": "m.file", "body": "a.pdf", "url": "mxc://hs/a"}
    return {"type": "m.room.message", "event_id": f"${number}", "room_id": "!r:hs", "sender": who,
            "origin_server_ts": AT * 1_000, "content": content}  # fmt: skip


def _mattermost(number: int, who: str) -> dict[str, Any]:
    path = f"20260101/teams/n/channels/c/users/u/f{number}/x.txt"
    post = {"team": "t", "channel": "c", "user": who, "create_at": AT * 1_000, "attachments": [{"path": path}]}
    return {"type": "post", "post": post}


def _twilio(number: int, who: str) -> dict[str, Any]:
    file = {"sid": f"ME{number}", "filename": "a.pdf", "content_type": "application/pdf", "size": 5}
    return {"sid": f"IM{number}", "author": who, "date_created": ISO, "conversation_sid": "CH1", "media": [file]}


def _viber(number: int, who: str) -> dict[str, Any]:
    return {"event": "message", "timestamp": AT * 1_000, "message_token": number, "sender": {"id": who},
            "message": {"type": "file", "media": "https://h/a", "file_name": "a.pdf", "size": 5}}  # fmt: skip


def _vonage(number: int, who: str) -> dict[str, Any]:
    return {"channel": "whatsapp", "message_uuid": f"u{number}", "from": who, "to": "30", "timestamp": ISO,
            "message_type": "image", "image": {"url": "https://h/a.jpg"}}  # fmt: skip


def _zammad(number: int, who: str) -> dict[str, Any]:
    file = {"id": number, "filename": "a.pdf", "size": "5", "preferences": {}}
    article = {"id": number, "ticket_id": 3, "sender": "Customer", "internal": False, "created_at": ISO,
               "attachments": [file]}  # fmt: skip
    return {"ticket": {"id": 3, "customer": {"email": who}}, "article": article}


_OF_MAPS: dict[str, tuple[Callable[[int, str], dict[str, Any]], tuple[str, str, str], tuple[str, ...]]] = {
    "chatwoot": (_chatwoot, NUMBERS, PHONE),
    "freshdesk": (_freshdesk, ADDRESSES, MAIL),
    "infobip": (_infobip, NUMBERS, PHONE),
    "intercom": (_intercom, ADDRESSES, MAIL),
    "line": (_line, ("Uab12", "Uab12", "Ucd34"), ("Uab12",)),
    "matrix": (_matrix, ("@rosa:hs", "@rosa:hs", "@else:hs"), ("@rosa:hs",)),
    "mattermost": (_mattermost, ADDRESSES, MAIL),
    "twilio": (_twilio, ("whatsapp:+16505551234", "+16505551234", "+16505559999"), PHONE),
    "viber": (_viber, ("01234=", "01234=", "56789="), ("01234=",)),
    "vonage": (_vonage, NUMBERS, PHONE),
    "zammad": (_zammad, ADDRESSES, MAIL),
}
"""By ready map: a body with one file of somebody, three people of whom two are one, and ways to type that one."""

NO_PLATFORM = {"example"}
"""Maps that show the language alone."""


def _through_map(name: str) -> Arrival:
    body, people, spellings = _OF_MAPS[name]

    def write(folder: Path) -> list[str]:
        lines = _lines(folder, *(body(number, who) for number, who in enumerate(people, start=1)))
        agents = ["--agent", "al"] if name in ("matrix", "mattermost") else []
        return ["ndjson", lines, "--map", str(MAPS / f"{name}.toml"), "--inbox", "vip", *agents]

    return Arrival(write, spellings, stored=name == "mattermost")


ALL = {**ARRIVALS, **{f"map {name}": _through_map(name) for name in _OF_MAPS}}

_WORDS = {"--inbox": "inbox", "--direction": "direction", "--map": "mapping", "--agent": "agents"}


def test_every_source_and_every_ready_map_says_how_people_come_in_by_it() -> None:
    assert set(ARRIVALS) | set(ELSEWHERE) == set(SOURCES)
    assert set(_OF_MAPS) | NO_PLATFORM == {path.stem for path in MAPS.glob("*.toml")}


@pytest.mark.parametrize("kind", ALL)
def test_a_person_is_one_under_every_spelling(kind: str, ledger: Ledger) -> None:
    arrival = ALL[kind]
    assert _take(ledger, arrival).new == 3
    assert_person_is_reached(ledger, arrival.spellings, stored=arrival.stored)
    if kind != "folder":
        assert _take(ledger, arrival).duplicate == 3, "what was erased came back"


def _take(ledger: Ledger, arrival: Arrival) -> Counts:
    source, name, *words = arrival.write(ledger.folder)
    given: dict[str, Any] = {_WORDS[word]: value for word, value in zip(words[::2], words[1::2], strict=True)}
    if "mapping" in given:
        given["mapping"] = Path(given["mapping"])
    if "agents" in given:
        given["agents"] = (given["agents"],)
    counts = ingest(ledger.connection, source, name, options=Options(**given), stamp=STAMP).counts
    assert counts.refused == 0
    return counts


class Linked(NamedTuple):
    """A source that names two ids of one person. write: puts a payload into a folder and gives the words behind `ledger
    ingest`; ids: what it says is one person; other: what it says is somebody else."""

    write: Callable[[Path], list[str]]
    ids: tuple[str, str]
    other: tuple[str, str]


def _linked_whatsapp(folder: Path) -> list[str]:
    people = (("16505551234", "US.1"), ("16505559999", "US.2"))
    contacts = [{"wa_id": number, "user_id": user} for number, user in people]
    contacts.append({"wa_id": "15550001111", "user_id": "US.2"})  # the number of the business itself
    message = {"from": people[0][0], "from_user_id": "US.1", "id": "w1", "timestamp": "1790000000", "type": "text"}
    metadata = {"phone_number_id": "1", "display_phone_number": "+1 555 000 1111"}
    value = {"metadata": metadata, "contacts": contacts, "messages": [message]}
    return ["whatsapp", _lines(folder, {"entry": [{"changes": [{"field": "messages", "value": value}]}]})]


def _linked_zendesk(folder: Path) -> list[str]:
    users = [
        {"id": 77, "role": "end-user", "email": "Rosa@Example.com", "phone": "", "shared_phone_number": None},
        {"id": 78, "role": "end-user", "email": "else@example.com"},
        {"id": 80, "role": "end-user", "phone": "+16505551234", "shared_phone_number": True},
        {"id": 81, "role": "agent", "email": "agent@example.com"},
    ]
    return ["zendesk", _lines(folder, {"comments": [], "users": users})]


def _linked_slack(folder: Path) -> list[str]:
    users = [
        {"id": number, "team_id": team, "is_primary_owner": team == "T1", "profile": {"email": email}}
        for number, team, email in (("U1", "T1", "own@example.com"), ("U2", "T2", "rosa@example.com"),
                                    ("U3", "T2", "else@example.com"), ("U4", "T2", ""))
    ]  # fmt: skip
    export = folder / "export"
    (export / "general").mkdir(parents=True, exist_ok=True)
    (export / "users.json").write_text(json.dumps(users))
    (export / "general" / "2026-03-02.json").write_text("[]")
    return ["slack", str(export)]


def _whatsapp_value(folder: Path, field: str, **value: Any) -> list[str]:
    value["metadata"] = {"phone_number_id": "1", "display_phone_number": "+1 555 000 1111"}
    return ["whatsapp", _lines(folder, {"entry": [{"changes": [{"field": field, "value": value}]}]})]


def _linked_history(folder: Path) -> list[str]:
    def text(identity: str, **sides: str) -> dict[str, Any]:
        return {"id": identity, "timestamp": "1790000000", "type": "text", **sides}

    own = "15550001111"
    threads = [
        {"id": "US.1", "messages": [text("w1", **{"from": "16505551234"}), text("w2", **{"from": own, "to": "16505551234"})]},
        {"id": "16505559999", "messages": [text("w3", **{"from": own, "to_user_id": "US.2"})]},
        {"id": "US.9", "messages": [text("w4", **{"from": own})]},
    ]  # fmt: skip
    return _whatsapp_value(folder, "history", history=[{"metadata": {"phase": 0}, "threads": threads}])


def _linked_address_book(folder: Path) -> list[str]:
    people = (("+1 650 555 1234", "US.1"), ("16505559999", {"current": "US.2"}), ("15550001111", "US.2"))
    contacts = [{"type": "contact", "action": "add", "contact": {"phone_number": number, "user_id": user}}
                for number, user in people]  # fmt: skip
    return _whatsapp_value(folder, "smb_app_state_sync", state_sync=[*contacts, {"type": "contact"}, 5])


def _linked_author(folder: Path) -> list[str]:
    """Users that stand in comments, tickets and audits themselves; your own address is nobody's."""
    via = {
        "channel": "email",
        "source": {"from": {"address": "else@example.com"}, "to": {"address": "help@shop.example"}},
    }
    rosa = {"id": 77, "role": "end-user", "email": "rosa@example.com"}
    bodies = (
        {"comments": [{"id": 1, "author": rosa, "public": False}]},
        {"ticket": {"id": 5, "requester_id": 78, "submitter_id": 78, "recipient": "help@shop.example"},
         "audit": {"author_id": 78, "events": [{"type": "Comment", "author_id": 78, "via": via}]}},
        {"ticket": {"id": 6, "requester_id": 77, "submitter_id": 90,
                    "via": {"source": {"from": {"address": "agent@example.com"}}}}},
        {"ticket": {"id": 7, "requester_id": 79, "recipient": "help@shop.example",
                    "via": {"source": {"from": {"address": "help@shop.example"}}}}},
    )  # fmt: skip
    return ["zendesk", _lines(folder, *bodies)]


LINKED = {
    "whatsapp": Linked(_linked_whatsapp, ("+1 650 555 1234", "US.1"), ("16505559999", "US.2")),
    "whatsapp history": Linked(_linked_history, ("+1 650 555 1234", "US.1"), ("16505559999", "US.2")),
    "whatsapp address book": Linked(_linked_address_book, ("+1 650 555 1234", "US.1"), ("16505559999", "US.2")),
    "zendesk": Linked(_linked_zendesk, ("77", "rosa@example.com"), ("78", "else@example.com")),
    "zendesk author": Linked(_linked_author, ("77", "rosa@example.com"), ("78", "else@example.com")),
    "slack": Linked(_linked_slack, ("U2", "rosa@example.com"), ("U3", "else@example.com")),
}


@pytest.fixture
def occ(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, Any, str]]:
    monkeypatch.setenv("OCC_MEDIA_ACTOR", "dana")
    made_once("people of sources", tmp_path, lambda: _fill(tmp_path / "s.db"))

    def call(*words: str) -> tuple[int, Any, str]:
        shown = ("--format", "json") if words[1:2] == ("ingest",) or words[:3] == ("customer", "alias", "list") else ()
        code = run(["--store", str(tmp_path / "s.db"), *words, *shown])
        printed = capsys.readouterr()
        return code, json.loads(printed.out) if shown else None, printed.err

    return call


def _people(occ: Callable[..., tuple[int, Any, str]]) -> list[tuple[list[str], str, str]]:
    found = occ("customer", "alias", "list")[1]["aliases"]
    return sorted((sorted(person["ids"]), person["actor"], person["reason"]) for person in found)


@pytest.mark.parametrize("kind", LINKED)
@pytest.mark.parametrize("order", ["hold first", "files first"])
def test_a_payload_with_two_ids_makes_one_person(
    kind: str, order: str, tmp_path: Path, occ: Callable[..., tuple[int, Any, str]]
) -> None:
    linked = LINKED[kind]
    rows = [row(number, customer=who) for number, who in enumerate((*linked.ids, linked.other[0]), start=1)]
    (tmp_path / "rows.ndjson").write_text("".join(f"{json.dumps(each)}\n" for each in rows))

    def place() -> None:
        assert occ("hold", "add", "--name", "h", "--customer", linked.ids[0], "--reason", "x")[0] == 0

    if order == "hold first":
        place()
    assert occ("ledger", "ingest", "ndjson", str(tmp_path / "rows.ndjson"))[1]["new"] == 3
    _, taken, said = occ("ledger", "ingest", *linked.write(tmp_path))
    assert (taken["new"], taken["refused"]) == (0, 0)
    assert "2 aliases made" in said
    if order == "files first":
        place()
    people = _people(occ)
    assert [(actor, reason) for _, actor, reason in people] == [("ingest", kind.partition(" ")[0])] * 2
    assert len(_held(tmp_path, "h")) == 2
    assert occ("ledger", "verify")[0] == 0
    before = _head(tmp_path)
    assert "made" not in occ("ledger", "ingest", *linked.write(tmp_path))[2]
    assert (_people(occ), _head(tmp_path)) == (people, before)
    code, _, refused = occ("customer", "alias", "remove", linked.ids[1], "--reason", "x")
    assert code == 13, refused


@pytest.mark.parametrize("kind", LINKED)
@pytest.mark.parametrize("taken", ["removed", "erased"])
def test_no_payload_makes_again_what_a_person_took(
    kind: str, taken: str, tmp_path: Path, occ: Callable[..., tuple[int, Any, str]]
) -> None:
    linked = LINKED[kind]
    occ("ledger", "ingest", *linked.write(tmp_path))
    if taken == "removed":
        assert occ("customer", "alias", "remove", linked.ids[1], "--reason", "x")[0] == 0
    else:
        occ("ledger", "erase", "--customer", linked.ids[1], "--reason", "request 1")
    left = _people(occ)
    assert [ids for ids, _, _ in left] == [sorted(linked.other)]
    assert "of ids not joined" in occ("ledger", "ingest", *linked.write(tmp_path))[2]
    assert _people(occ) == left
    assert occ("ledger", "verify")[0] == 0
    if taken == "erased":
        with closing(sqlite3.connect(tmp_path / "s.db")) as connection:
            dump = "\n".join(connection.iterdump())
        assert not [text for text in (linked.ids[1], "16505551234") if f'"{text}"' in dump or f"'{text}'" in dump]


@pytest.mark.parametrize("by_hand", [False, True])
def test_the_ids_of_somebody_erased_come_back_by_no_alias_of_a_payload(
    by_hand: bool, tmp_path: Path, occ: Callable[..., tuple[int, Any, str]]
) -> None:
    """Guards against an archive that is read again after a request to be forgotten."""
    linked = LINKED["whatsapp"]
    (tmp_path / "rows.ndjson").write_text(json.dumps(row(1, customer=linked.ids[0])) + "\n")
    occ("ledger", "ingest", "ndjson", str(tmp_path / "rows.ndjson"))
    if by_hand:
        occ("customer", "alias", "add", *linked.ids, "--reason", "x")
    occ("ledger", "erase", "--customer", linked.ids[0], "--reason", "request 1")
    assert "of ids not joined" in occ("ledger", "ingest", *linked.write(tmp_path))[2]
    assert [ids for ids, _, _ in _people(occ)] == [sorted(linked.other)]
    assert occ("ledger", "verify")[0] == 0


def test_a_shared_mailbox_makes_no_two_users_one_person(
    tmp_path: Path, occ: Callable[..., tuple[int, Any, str]]
) -> None:
    users = [{"id": number, "role": "end-user", "email": "office@example.com"} for number in (77, 79)]
    _, _, said = occ("ledger", "ingest", "zendesk", _lines(tmp_path, {"comments": [], "users": users}))
    assert "1 pair of ids not joined" in said
    assert [ids for ids, _, _ in _people(occ)] == [["77", "office@example.com"]]


def test_aliases_that_were_parted_by_hand_stay_apart_whoever_joined_them(
    tmp_path: Path, occ: Callable[..., tuple[int, Any, str]]
) -> None:
    linked = LINKED["whatsapp"]
    occ("customer", "alias", "add", *linked.ids, "--reason", "x")
    occ("customer", "alias", "remove", linked.ids[1], "--reason", "x")
    occ("ledger", "ingest", *linked.write(tmp_path))
    assert [ids for ids, _, _ in _people(occ)] == [sorted(linked.other)]
    occ("customer", "alias", "add", *linked.ids, "--reason", "x")
    occ("ledger", "ingest", *linked.write(tmp_path))
    assert len(_people(occ)) == 2


def test_a_changed_number_is_the_same_person_and_a_number_of_two_users_is_not(
    tmp_path: Path, occ: Callable[..., tuple[int, Any, str]]
) -> None:
    def body(message: dict[str, Any], *contacts: tuple[str, str]) -> dict[str, Any]:
        value = {"metadata": {"phone_number_id": "1"}, "messages": [{"id": "w", "timestamp": "1790000000", **message}],
                 "contacts": [{"wa_id": number, "user_id": user} for number, user in contacts]}  # fmt: skip
        return {"entry": [{"changes": [{"field": "messages", "value": value}]}]}

    change = {"type": "user_changed_number", "wa_id": "16505550002"}
    bodies = (
        body({"type": "text", "from": "16505550001"}, ("16505550001", "US.1"), ("", "US.7"), ("16505550009", "")),
        body({"type": "system", "from": "16505550001", "system": change}),
        body({"type": "text", "from": "16505550002"}, ("16505550002", "US.2")),
        body({"type": "system", "from": "16505550002", "system": {"user_id": "US.3", "previous_user_id": "US.1"}}),
        body({"type": "text", "from": "16505550002"}, ("16505550002", "US.9")),
    )
    _, _, said = occ("ledger", "ingest", "whatsapp", _lines(tmp_path, *bodies))
    assert [ids for ids, _, _ in _people(occ)] == [["16505550001", "16505550002", "US.1", "US.2", "US.3"]]
    assert "1 pair of ids not joined" in said
    assert occ("ledger", "verify")[0] == 0


def _head(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "s.db")) as connection:
        return int(connection.execute("SELECT seq FROM head").fetchone()[0])


def _fill(store: Path) -> None:
    with editing(at(store, explicit=True), STAMP) as editor:
        editor.add_inbox("vip")


def _held(folder: Path, name: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "s.db")) as connection:
        return connection.execute("SELECT entry_seq FROM entry_hold WHERE hold = ?", (name,)).fetchall()
