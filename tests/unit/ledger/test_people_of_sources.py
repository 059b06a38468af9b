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
from occ_media_cli.ledger.sources import SOURCES
from occ_media_cli.settings.editing import editing
from occ_media_cli.store.locate import at
from tests.unit.copies import made_once
from tests.unit.ledger.conftest import STAMP, row
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


ARRIVALS = {
    "ndjson": Arrival(_ndjson, PHONE, stored=True),
    "csv": Arrival(_csv, PHONE, stored=True),
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
    "parquet": "as csv, where its extra is installed",
    "chatwoot": "tests/unit/ledger/test_chatwoot.py, where there is a server",
    "bucket": "a listing names nobody",
}


def test_every_source_says_how_people_come_in_by_it() -> None:
    assert set(ARRIVALS) | set(ELSEWHERE) == set(SOURCES)


@pytest.mark.parametrize("kind", ARRIVALS)
def test_a_person_is_one_under_every_spelling(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arrival = ARRIVALS[kind]
    monkeypatch.setenv("OCC_MEDIA_ACTOR", "dana")
    made_once("people of sources", tmp_path, lambda: _fill(tmp_path / "s.db"))

    def occ(*words: str) -> Any:
        got = run(["--store", str(tmp_path / "s.db"), *words, "--format", "json"])
        printed = capsys.readouterr()
        assert got in (0, 1), f"{words}: {got}\n{printed.err}"
        return json.loads(printed.out)

    assert occ("ledger", "ingest", *arrival.write(tmp_path))["new"] == 3
    for number, typed in enumerate(arrival.spellings):
        listed = occ("ledger", "list", "--customer", typed)["entries"]
        assert len(listed) == 2, typed
        run(
            [
                "--store",
                str(tmp_path / "s.db"),
                "hold",
                "add",
                "--name",
                f"h{number}",
                "--customer",
                typed,
                "--reason",
                "x",
            ]
        )
        assert len(_held(tmp_path, f"h{number}")) == 2, typed
        capsys.readouterr()
        if arrival.stored:
            assert occ("retention", "plan", "--root", str(tmp_path), "--customer", typed)["summary"]["held"] == 2, typed
        run(["--store", str(tmp_path / "s.db"), "hold", "release", f"h{number}", "--reason", "x"])
        capsys.readouterr()
        if arrival.stored:
            assert occ("retention", "plan", "--root", str(tmp_path), "--customer", typed)["summary"]["remove"] == 2, (
                typed
            )
    erased = occ("ledger", "erase", "--customer", arrival.spellings[-1], "--reason", "request 1")
    assert erased["records"] == 2
    with closing(sqlite3.connect(tmp_path / "s.db")) as connection:
        left = connection.execute("SELECT customer FROM entry WHERE customer IS NOT NULL").fetchall()
    assert len(left) == 1
    again = occ("ledger", "ingest", *arrival.write(tmp_path)) if kind != "folder" else {"duplicate": 3}
    assert again["duplicate"] == 3, "what was erased came back"


def _fill(store: Path) -> None:
    with editing(at(store, explicit=True), STAMP) as editor:
        editor.add_inbox("vip")


def _held(folder: Path, name: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "s.db")) as connection:
        return connection.execute("SELECT entry_seq FROM entry_hold WHERE hold = ?", (name,)).fetchall()
