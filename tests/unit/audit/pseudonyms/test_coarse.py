"""Coarse pseudonyms: every moment of a document is that of its hour, whatever writes it, but those of the question."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from occ_media_cli import times
from occ_media_cli.audit.pseudonyms import coarse, veil
from occ_media_cli.audit.reports import TABLES
from occ_media_cli.retention import retention_rows
from occ_media_cli.store import chain
from occ_media_cli.store.open import changing
from tests.unit.audit.build import Ledger, Run, T
from tests.unit.copies import made_once

KEY = b"0123456789abcdef"
FORMATS = ("table", "json", "ndjson", "csv", "html", "markdown", "sarif", "junit", "github")
EXACT = re.compile(
    r"\d\d:(?!00)[0-5]\d|\d\d:\d\d:(?!00)[0-5]\d|:\d\d\.(?!000)\d{3}|\d\d[.h](?!00)[0-5]\d[.m][0-5]\d(?!\d)"
    r"|(?<!\d)20\d{6}[T_-]?\d\d(?!0000)\d{4}(?!\d)"
)
"""A time with an hour and more than that, however it is written."""

EPOCH = re.compile(r"(?<![\w.])[12]\d{12}(?![\w.])")
FILLED_IN: set[str] = set()
"""The hour of the machine's clock in which this process filled the ledger; the tests may run in the next one."""

HEAD = ("made", "made_by", "window")
"""What the docs name as exact: when and for which period it was made."""


def filled(ledger: Ledger) -> None:
    """A ledger with a moment that is no full hour in every place that can hold one."""
    ledger.inbox("vip", "2026-01-01T08:11:12.345Z")
    ledger.set("vip", "2026-01-02T09:15:22.123Z", send=False, receive=False, actor="boss")
    ledger.set("vip", "2026-01-02T21:35:42.321Z", actor="boss", until="2026-01-03T05:25:16.171Z", quota="1 kB")
    for number, way in enumerate(("send", "receive", "send")):
        ledger.entry("vip", f"2026-02-0{number + 1}T10:37:12.345Z", "a.exe", direction=way, sha256="same", agent="kim",
                     size=20_123_456, id=f"w{number}", customer="16505551234")  # fmt: skip
    ledger.entry("vip", "2026-02-04T11:41:13.579Z", "b.exe", outcome="blocked", size=1)
    ledger.section("suppressions", [
        {"rule": "sent-while-off", "entry": "w0", "reason": "until 12:34:56", "owner": "boss",
         "expires": "2026-05-01T13:14:15.161Z", "expires_ms": T("2026-05-01T13:14:15.161Z")},
    ], "2026-01-05T03:04:05.678Z")  # fmt: skip
    ledger.section("retention", [{"remove_after": "1d", "remove_after_ms": 86_400_000}], "2026-01-05T04:05:06.789Z")
    moment = T("2026-03-01T14:15:16.171Z")
    who = chain.Stamp(moment, moment + 86_399_000, "dana", "os", "host", "x")
    with changing(ledger.location, who) as store:
        (entry,) = store.ledger.execute("SELECT seq FROM record WHERE id = 'w1'").fetchone()
        reason = f"seen at 15:16, 2026-02-03 at 10.37.12, IMG_20260203_103712 and in ms {moment}"
        held = {"hold": 1, "name": "case", "inbox": None, "entry": entry, "since": moment + 1, "until": None,
                "by_customer": False, "by_conversation": False}  # fmt: skip
        scan = {
            "entry": entry,
            "sha256": None,
            "engine": "x",
            "facts": [],
            "state": "infected",
            "detail": "at 01:02:03",
        }
        for kind, body in (("flag", {"entry": entry}), ("hold", held), ("scan", scan)):
            retention_rows.record(store.ledger, chain.Event(kind, body, moment, reason), who)


def hour() -> str:
    """The hour by the machine's clock, as documents begin their moments."""
    return str(times.text(times.wall()))[:13]


def leftovers(text: str, allowed: set[str]) -> list[str]:
    """Moments in a text that are not those of an hour; `allowed`: those of the question."""
    text = text.replace("ISO/IEC 27001:2022", "")
    for said in sorted(allowed, key=len, reverse=True):
        text = text.replace(said, "")
    found = [text[max(0, hit.start() - 60) : hit.end() + 10] for hit in EXACT.finditer(text)]
    return found + [hit[0] for hit in EPOCH.finditer(text) if int(hit[0]) % coarse.HOUR]


@pytest.fixture
def asked(run: Run, ledger: Ledger, tmp_path: Path) -> tuple[str, ...]:
    def fill() -> str:
        filled(ledger)
        return hour()

    FILLED_IN.add(made_once("a ledger with exact moments", tmp_path, fill))
    (tmp_path / "key").write_bytes(KEY)
    return "--pseudonymise", "--key-file", str(tmp_path / "key")


def exact(head: dict[str, Any]) -> set[str]:
    """The moments of the question, as a document may write them."""
    parts = [head.get(name) or {} for name in HEAD]
    said = [str(value) for part in parts for value in (part.values() if isinstance(part, dict) else [part]) if value]
    return {form for each in said for form in (each, each.replace("T", " "), each[:16], each[:16].replace("T", " "))}


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("command", [("audit",), *(("report", name) for name in TABLES)])
def test_every_moment_of_a_document_is_that_of_its_hour(
    run: Run, asked: tuple[str, ...], command: tuple[str, ...], format_name: str
) -> None:
    if command != ("audit",) and format_name in ("sarif", "junit", "github"):
        return
    made = "2026-11-24T17:18:19.202Z"
    window = ("--since", "2026-01-01T01:02:03.456Z", "--until", "2026-12-01T02:03:04.567Z")
    words = (*command, *asked, *window, "--now", made, "--format", format_name)
    wall = {hour(), *FILLED_IN}
    question = exact({"made": {"at": made}, "window": {"since": window[1], "until": window[3]}})
    out = re.sub(rf"({'|'.join(wall)}):\d\d:\d\d\.\d\d\d", "", run(*words, "--coarse")[1])
    assert leftovers(out, question) == []
    plain = re.sub(rf"({'|'.join(wall)}):\d\d:\d\d\.\d\d\d", "", run(*words)[1])
    if command[-1] in ("audit", "settings", "attempts", "senders"):
        assert leftovers(plain, question) != [], "the test looks at what would tell"


def test_no_file_of_a_coarse_bundle_tells_a_moment(run: Run, asked: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    run("audit", *asked, "--coarse", "--bundle", str(file))
    with ZipFile(file) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    question = exact(json.loads(files["manifest.json"])) | exact(json.loads(files["report.json"]))
    for name, text in files.items():
        assert leftovers(text, question) == [], name
    assert "2026-02-01T10:00:00.000Z" in files["entries.ndjson"]
    assert str(T("2026-01-02T09:00:00Z")) in files["settings.ndjson"]
    assert run("audit", "verify", str(file))[0] == 0


@pytest.mark.parametrize(("size", "said"), [(0, 0), (99, 99), (100, 100), (34_567, 35_000), (995, 1000), (1, 1)])
def test_a_size_keeps_two_digits(size: int, said: int) -> None:
    assert coarse.size(size) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-02-03T10:37:12.345Z", "2026-02-03T10:00:00.000Z"),
        ("2026-02-03 10:37:12+05:30", "2026-02-03 10:00:00+05:30"),
        ("2026-02-03T23:59Z.", "2026-02-03T23:00Z."),
        ("IMG_20260203_103712.jpg", "IMG_20260203_100000.jpg"),
        ("at 9:05, 12:34:56", "at 9:00, 12:00:00"),
        ("1770115032345 and 1234567", "1770112800000 and 1234567"),
        ("2026-02-03, 10 files, 1.5 MB, entry 12:a", "2026-02-03, 10 files, 1.5 MB, entry 12:a"),
        ("", ""),
    ],
)
def test_a_moment_in_a_text_is_that_of_its_hour(text: str, said: str) -> None:
    assert coarse.text(text) == said
    assert coarse.text(said) == said
    assert veil.Veil(KEY, coarse=True).hours(text) == said
    assert veil.Veil(KEY).hours(text) == text


def test_what_has_no_end_has_none_under_a_veil() -> None:
    hidden = veil.Veil(KEY, coarse=True)
    assert hidden.value("valid_to_ms", 2**63 - 1) == 2**63 - 1
    assert hidden.value("remove_after_ms", 90_000) == 90_000
    assert hidden.value("valid_from_ms", T("2026-02-03T10:37:12.345Z")) == T("2026-02-03T10:00:00Z")
