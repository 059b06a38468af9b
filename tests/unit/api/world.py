"""The small store that the examples of the API speak of: `desk.db`, its files, and a clock that stands still."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from occ_media_cli.api import OccMedia
from tests.unit.media.build import VALID

NOW = "2024-03-04T10:00:00Z"
SAMPLES = Path(__file__).resolve().parent.parent.parent.parent / "sample_configs" / "files"


def _entry(identity: str, time: str, path: str, size: int, customer: str) -> str:
    return json.dumps({
        "id": identity, "time": time, "inbox": "vip", "direction": "receive", "name": path.rpartition("/")[2],
        "path": path, "size": size, "customer": customer,
    }) + "\n"  # fmt: skip


def build(folder: Path) -> None:
    """Make the store and its files in an empty folder, which must be the working directory."""
    (folder / "outbox").mkdir()
    shutil.copy(SAMPLES / "logo.png", folder / "outbox" / "logo.png")
    (folder / "scans").mkdir()
    shutil.copy(SAMPLES / "scan.jpg", folder / "scans" / "scan.jpg")
    (folder / "outbox" / "offer.docx").write_bytes(b"PK\x03\x04 cut off")
    pdf = VALID["pdf"]
    for name in ("2022/old.pdf", "2024/new.pdf"):
        (folder / "media" / name).parent.mkdir(parents=True)
        (folder / "media" / name).write_bytes(pdf)
    rows = _entry("m1", "2022-03-01T12:00:00Z", "2022/old.pdf", len(pdf), "16505551234")
    rows += _entry("m2", "2024-03-01T12:00:00Z", "2024/new.pdf", len(pdf), "16505559999")
    (folder / "first.ndjson").write_text(rows, encoding="utf-8")
    (folder / "inbound").mkdir()
    (folder / "inbound" / "more.pdf").write_bytes(pdf)
    more = _entry("m3", "2024-03-02T12:00:00Z", "more.pdf", len(pdf), "16505559999")
    (folder / "more.ndjson").write_text(more, encoding="utf-8")
    (folder / "settings.toml").write_text(
        '[inboxes.vip]\nreceive = false\nchannels = ["whatsapp-cloud"]\ntags = ["sensitive"]\n', encoding="utf-8"
    )
    before = {"name": "vip", "valid_from": "2019-01-01T00:00:00Z", "receive": False}
    (folder / "before.ndjson").write_text(json.dumps(before), encoding="utf-8")
    old = OccMedia("desk.db", actor="dana", now="2021-01-01T00:00:00Z")
    old.store.init()
    old.inboxes.add("vip", channels=["whatsapp-cloud"], tags=["sensitive"])
    old.inboxes.add("lab")
    old.agents.add("mona", "agent", inboxes=["vip"])
    old.retention.set("default", remove_after="365d", keep_for="90d")
    desk().ledger.ingest("ndjson", "first.ndjson")
    desk().ledger.capture("media")


def desk() -> OccMedia:
    """The desk of the examples."""
    return OccMedia("desk.db", actor="dana", now=NOW)


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work in a folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
