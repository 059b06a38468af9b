"""What commands about files and channels print: check, types, channels, fit, gate, diagnose, doctor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.screens import Step, Story
from tests.unit.media.build import FOREIGN, VALID, film, ogg, png, webp

STORE = """\
[inboxes.vip]
channels = ["whatsapp-cloud:7711"]

[inboxes.lab]
receive = false
message = "Write to lab@example.com."

[agents.kim]
role = "agent"
inboxes = ["vip"]
deny_send = ["vip"]

[channels.kiosk]
title = "The kiosk in the lobby"
sources.manual = "https://example.com/kiosk"
[[channels.kiosk.rule]]
direction = "both"
as = "image"
types = ["jpg", "png"]
limit = "1 MB"
sources = ["manual"]

[channels.our-portal]
base = "web-widget"
refuse = ["3gp"]
limits.image = "2 MB"
blocked_extensions = ["htm"]
"""


def files(folder: Path) -> None:
    (folder / "settings.toml").write_text(STORE)
    for name, data in {
        "offer.pdf": VALID["pdf"], "photo.jpg": VALID["jpg"], "photo.webp": webp(), "smile.gif": VALID["gif"],
        "voice.amr": VALID["amr"], "note.ogg": ogg("opus"), "clip.3gp": VALID["3gp"], "hevc.mp4": film(tracks=((b"vide", b"hvc1"),)),
        "scan.jpg": png(), "invoice.pdf.exe": b"MZ" + bytes(100), "empty.txt": b"", "cut.png": png()[:-6],
        "macros.docm": FOREIGN["docm"], "archive.zip": FOREIGN["zip"], "page.txt": b"<!DOCTYPE html>\n<html><body>x</body></html>\n",
        "code.htm": b"<html></html>\n",
    }.items():  # fmt: skip
        (folder / name).write_bytes(data)


def entries(folder: Path) -> None:
    rows = [
        {"id": "w.1", "time": "2026-03-01T10:00:00Z", "inbox": "lab", "direction": "receive", "name": "offer.pdf", "size": 60_000_000},
        {"id": "w.2", "time": "2026-03-01T11:00:00Z", "inbox": "vip", "direction": "receive", "name": "offer.pdf", "size": 60_000_000,
         "outcome": "failed", "reason": "131052"},
        {"id": "w.3", "time": "2026-03-01T12:00:00Z", "inbox": "vip", "direction": "receive", "name": "photo.jpg", "size": 2_000_000,
         "deleted": "2026-03-01T13:00:00Z"},
    ]  # fmt: skip
    (folder / "rows.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))


def lines(*rows: dict[str, object]) -> str:
    base = {"time": "2026-03-01T10:00:00Z", "direction": "receive", "customer": "165"}
    return "".join(json.dumps(base | row) + "\n" for row in rows)


ASKED = lines(
    {"id": "1", "inbox": "vip", "name": "offer.pdf", "path": "offer.pdf"},
    {"id": "2", "inbox": "lab", "name": "clip.mp4"},
    {"id": "3", "inbox": "lab", "name": "clip.mp4"},
    {"id": "4", "inbox": "vip", "direction": "send", "agent": "kim", "name": "offer.pdf", "path": "offer.pdf"},
    {"id": "5", "inbox": "vip", "name": "scan.jpg", "path": "scan.jpg"},
    {"id": "6", "inbox": "vpi", "name": "scan.jpg"},
)

CHECKS = (
    files,
    Step("--now 2026-01-01 apply settings.toml"),
    Step("check offer.pdf"),
    Step("check offer.pdf photo.jpg note.ogg --direction send"),
    Step("check .", code=1),
    Step("check . --direction receive --include '*.jpg' --include '*.gif'", code=1),
    Step("check page.txt --strict", code=1),
    Step("check page.txt"),
    Step("check nowhere.pdf", code=3),
    Step("check offer.pdf --inbox lab --direction receive", code=1),
    Step("check offer.pdf --inbox vip --direction send --agent kim", code=1),
    Step("check offer.pdf --inbox vpi", code=11),
    Step("check photo.webp smile.gif voice.amr hevc.mp4 --channel whatsapp-cloud --direction send", code=1),
    Step("check photo.jpg offer.pdf --channel kiosk", code=1),
    Step("check photo.jpg clip.3gp code.htm --channel our-portal", code=1),
    Step("check offer.pdf --channel no-such", code=11),
    Step("check scan.jpg offer.pdf --format json", code=1),
    Step("check scan.jpg offer.pdf --format github", code=1),
    Step("check scan.jpg --fail-on never"),
    Step("check --stdin0", stdin="offer.pdf\0scan.jpg\0", code=1),
    Step("check", code=2),
    Step("fit photo.webp"),
    Step("fit offer.pdf smile.gif"),
    Step("fit hevc.mp4 --channel whatsapp-cloud", code=1),
    Step("fit offer.pdf --inbox vip"),
    Step("fit archive.zip --channel whatsapp-cloud", code=1),
    Step("fit macros.docm --channel whatsapp-cloud", code=1),
    Step("fit nowhere.pdf", code=3),
    Step("types"),
    Step("types --channel whatsapp-cloud"),
    Step("types --channel kiosk"),
    Step("types --channel our-portal"),
    Step("types --channel no-such", code=11),
    Step("channels"),
    Step("gate", stdin=ASKED, code=3),
    Step("gate", stdin="no json\n", code=3),
    Step("ledger list"),
)

DIAGNOSES = (
    files,
    entries,
    Step("--now 2026-01-01 apply settings.toml"),
    Step("ledger ingest ndjson rows.ndjson"),
    Step("diagnose cannot-send --inbox vip --agent kim --file offer.pdf", code=1),
    Step("diagnose cannot-send --inbox vip --file hevc.mp4", code=1),
    Step("diagnose cannot-send --inbox vip --file scan.jpg", code=1),
    Step("diagnose cannot-receive --inbox lab", code=1),
    Step("diagnose cannot-receive --inbox vip --file smile.gif", code=1),
    Step("diagnose cannot-receive --inbox vip --file offer.pdf"),
    Step("diagnose not-displayed --inbox vip --entry w.2", code=1),
    Step("diagnose not-displayed --inbox vip --entry w.3", code=1),
    Step("diagnose not-displayed --inbox vip --entry w.2 --rate 100", code=1),
    Step("diagnose not-displayed --inbox vip --file hevc.mp4", code=1),
    Step("diagnose not-displayed --inbox vip --entry w.1", code=11),
    Step("diagnose not-displayed --inbox lab --entry w.1 --slow-after 1000", code=1),
    Step("diagnose not-displayed --inbox vip --entry w.9", code=11),
    Step("diagnose cannot-send --inbox vip --file nowhere.pdf", code=3),
    Step("diagnose cannot-fly --inbox vip", code=2),
    Step("diagnose cannot-send --inbox vpi", code=11),
)


def pictures(folder: Path) -> None:
    pytest.importorskip("PIL.Image", reason="the extra convert is not installed")
    pytest.importorskip("numpy", reason="the extra convert is not installed")
    from proofs.fit_cases import photo

    files(folder)
    (folder / "outbox").mkdir()
    photo(320, 240).save(folder / "outbox" / "photo.webp", quality=95)
    photo(320, 240, 2).save(folder / "outbox" / ("parcel " * 8 + "at the door.webp"), quality=95)
    (folder / "outbox" / "named.png").write_bytes(VALID["jpg"])


COPIES = (
    pictures,
    Step("--now 2026-01-01 apply settings.toml"),
    Step("fit outbox --channel whatsapp-cloud --write fitted"),
    Step("fit outbox/named.png --inbox vip --write fitted"),
    Step("fit scan.jpg offer.pdf macros.docm archive.zip nowhere.pdf --channel kiosk --write fitted", code=1),
    Step("fit outbox/photo.webp --max '1 kB' --write fitted", code=1),
    Step("fit outbox/photo.webp offer.pdf --max '5 MB' --write fitted"),
    Step("fit outbox --channel whatsapp-cloud --write more --format csv"),
    Step("fit outbox --write fitted", code=2),
    Step("fit outbox -j 2", code=2),
    Step("fit outbox --channel kiosk --write outbox", code=2),
    Step("check fitted --channel whatsapp-cloud --direction send --strict --include '*named*'"),
)

FILES = (Story("checks", CHECKS), Story("copies", COPIES, terminal=True), Story("diagnoses", DIAGNOSES))
