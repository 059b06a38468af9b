"""Documents of every kind that is taken in, broken at random: each is taken, or refused with words; none is a bug."""

from __future__ import annotations

import io
import json
import random
import re
import sys
import zipfile
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from hashlib import sha256
from pathlib import Path
from typing import Any

from occ_media_cli import errors
from occ_media_cli.audit import baseline
from occ_media_cli.audit.bundle import bundle
from occ_media_cli.audit.engines import parquet_views
from occ_media_cli.ledger import mapping
from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.ledger.sources import Options
from occ_media_cli.ledger.verify import checkpoint
from occ_media_cli.retention import certificate, certificate_check
from occ_media_cli.settings import imported
from occ_media_cli.store import canonical

VALUES = (
    b"1e999", b"-1e999", b"NaN", b"-1", b"0.5", b"null", b"true", b"[]", b"{}", b'"5"', b'""', b"[[[]]]", b"9" * 25,
    b"9" * 5_000, b"9" * 100_000, b"Infinity", b"\xef\xbb\xbf{}", b"[" * 990 + b"]" * 990, b"[" * 50_000, b'{"a":' * 80 + b"1" + b"}" * 80, b'"\\ud800"', b'"\\u0000"',
    b'"../../x"', b'{"id": 1, "id": 2}', b"01", b'"\xff"', b"9223372036854775808",
)  # fmt: skip
"""What may stand where a value stood."""

PIECES = (
    b"",
    b"\0",
    b"\xff",
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\n",
    b"\r",
    b"\xef\xbb\xbf",
    b"=",
    b"'''",
)

_VALUE = re.compile(rb'"[^"\n]*"(?!\s*:)|-?\d+|true|false|null')
_MEMBER = re.compile(rb'"\w+"\s*:\s*("[^"\n]*"|-?\d+)')


def broken(data: bytes, chance: random.Random) -> bytes:
    """A document with one to three things done to it."""
    for _ in range(chance.randint(1, 3)):
        places = list(_VALUE.finditer(data))
        members = list(_MEMBER.finditer(data))
        at = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0 | 1 if places:
                where = chance.choice(places)
                data = data[: where.start()] + chance.choice(VALUES) + data[where.end() :]
            case 2 if members:
                where = chance.choice(members)
                data = data[: where.start()] + where.group() + b", " + data[where.start() :]
            case 3:
                data = data[:at] + chance.choice(PIECES) + data[at + chance.randint(0, 2) :]
            case 4:
                data = data[:at]
            case _:
                data = data[:at] + data[chance.randrange(len(data) + 1) :]
    return data


ROW = {"id": "w.1", "time": "2026-03-01T10:00:00Z", "inbox": "vip", "direction": "receive", "name": "a.pdf", "size": 5}
_FIX = {"id": "s.1", "time": 5, "corrects": "w.1", "outcome": "failed"}
NDJSON = b"".join(json.dumps(each).encode() + b"\n" for each in (ROW, {**ROW, "id": "w.2"}, _FIX, {**ROW, "id": "w.3"}))
CSV = b"id,time,inbox,direction,name,size\nw.1,2026-03-01T10:00:00Z,vip,send,a.pdf,5\nw.2,1,vip,send,b.pdf,6\n"
_MESSAGE = {
    "id": "m.1",
    "from": "4915",
    "timestamp": "1772359200",
    "type": "image",
    "image": {"mime_type": "image/png"},
}
_STATUS = {"id": "m.1", "status": "failed", "timestamp": "1772359201", "errors": [{"code": 131053, "title": "no"}]}
WEBHOOK = json.dumps({
    "entry": [{"changes": [{"value": {"metadata": {"phone_number_id": "1"}, "messages": [_MESSAGE], "statuses": [_STATUS]}}]}]
}).encode()  # fmt: skip
MAILS = b"".join(
    b"From a@b.c Mon Jan  1 00:00:00 2024\nFrom: A <a@b.c>\nTo: d@e.f\nDate: Mon, 2 Mar 2026 10:00:00 +0200\n"
    b'Message-ID: <%d@b.c>\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nwords\n--b\n'
    b"Content-Type: application/pdf; name*0*=utf-8''%%C3%%A9; name*1=.pdf\nContent-Transfer-Encoding: base64\n\n"
    b"JVBERi0xLjQK\n--b--\n\n" % number
    for number in range(3)
)
MAP = b'[map]\nid = "id"\ntime = "time"\nname = "name"\nsize = "size"\n[units]\ntime = "s"\nsize = "kB"\n[fixed]\ninbox = "vip"\ndirection = "send"\n'
ACCOUNTS = b'[map]\n"1" = "vip"\n"2" = "vip"\n'
CHECKPOINT = json.dumps({
    "schema": checkpoint.SCHEMA, "seq": 5, "head": "00" * 32, "store": "00" * 32, "entries": 3,
    "made": "2026-03-01T10:00:00.000Z",
}).encode()  # fmt: skip
BASELINE = json.dumps({
    "schema": baseline.SCHEMA, "ledger_head": "00", "findings": [{"fingerprint": "ab", "rule": "x", "inbox": "vip"}]
}).encode()  # fmt: skip
CERTIFICATE = json.dumps({
    "schema": certificate.SCHEMA, "plan": "ab" * 8, "plan_sha256": "ab" * 32, "summary": {}, "sha256": "00" * 32,
    "records": [{"kind": "plan", "hash": "00", "content": {"files": []}, "actor": "ann"}],
}).encode()  # fmt: skip
HISTORY = b'{"name": "vip", "version": 1, "valid_from": "2026-03-01T10:00:00Z", "receive": true, "send": false}\n'
MANIFEST = {
    "schema": bundle.SCHEMA, "made": "2026-03-01T10:00:00.000Z", "program": "x", "ledger_head": "00", "ledger_entries": 1,
    "signed": False, "files": [{"path": "report.json", "size": 2, "sha256": sha256(b"{}").hexdigest()}],
}  # fmt: skip


def _ingested(kind: str, suffix: str, options: Options | None = None) -> Callable[[bytes, Path, Any], object]:
    def take(data: bytes, folder: Path, connection: Any) -> object:
        file = folder / f"in{suffix}"
        file.write_bytes(data)
        chosen = options or Options(
            mapping=folder / "map.toml" if kind == "csv" and (folder / "map.toml").exists() else None
        )
        return ingest(connection, kind, str(file), options=chosen)

    return take


def _mapped(data: bytes, folder: Path, connection: Any) -> object:
    (folder / "map.toml").write_bytes(data)
    try:
        return _ingested("csv", ".csv")(CSV, folder, connection)
    finally:
        (folder / "map.toml").unlink()


def _sidecar(data: bytes, folder: Path, connection: Any) -> object:
    media = folder / "media"
    media.mkdir(exist_ok=True)
    (media / "a.pdf").write_bytes(b"x")
    (media / "a.pdf.json").write_bytes(data)
    return ingest(connection, "folder", str(media), options=Options(inbox="vip", direction="send"))


def _loaded(load: Callable[[Path], object]) -> Callable[[bytes, Path, Any], object]:
    def take(data: bytes, folder: Path, _: Any) -> object:
        file = folder / "document"
        file.write_bytes(data)
        return load(file)

    return take


def _bundle(data: bytes, folder: Path, _: Any) -> object:
    """A manifest that was broken and given a right digest where it still can have one: its own forger did it."""
    try:
        body = json.loads(data)
        body["digest"] = sha256(canonical.encode(body)).hexdigest()
        data = json.dumps(body, indent=1).encode() + b"\n"
    except (ValueError, TypeError, RecursionError, AttributeError):
        pass
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.writestr("report.json", b"{}")
        archive.writestr(bundle.MANIFEST, data)
    return bundle.verify_bundle(folder / "b.zip")


SETTINGS = b"""[inboxes.vip]
send = true
receive = false
message = "Email vip@example.com."
messages.ar = "x"
channels = ["whatsapp-cloud", "our-portal:shop"]
tags = ["sensitive"]
quota = "20 GB"
[inboxes.vip.box]
until = 2030-01-01T00:00:00Z
send = false
[[retention.rule]]
inbox = "vip"
remove_after = "365d"
[agents.mona]
role = "agent"
inboxes = ["vip"]
[rules.over-limit]
severity = "warning"
[[suppression]]
rule = "over-limit"
reason = "r"
owner = "o"
expires = 2026-12-31
[channels.our-portal]
base = "web-widget"
[store]
second_person = true
"""
PROFILE = b"""[inboxes.vip]
channels = ["our-portal", "kiosk"]
[channels.our-portal]
base = "web-widget"
refuse = ["3gp"]
limits.image = "2 MB"
blocked_extensions = ["htm"]
[channels.kiosk]
title = "The kiosk in the lobby"
sources.manual = "https://example.com/kiosk"
[[channels.kiosk.rule]]
direction = "both"
as = "image"
types = ["jpg", "png"]
limit = "1 MB"
sources = ["manual"]
"""
RULE = b"""-- id: my-rule
-- severity: warning
-- title: Mine.
-- why: Because.
-- fix: Stop.
-- message: {name} has {size:size}
-- parameter: minimum = 500 (bytes)
SELECT e.inbox, e.id AS entry, e.source, e.seq, e.time_ms, e.name, e.size FROM entry e WHERE e.size > :minimum
"""
GATE = b"".join(json.dumps({**ROW, "id": f"g.{n}"}).encode() + b"\n" for n in range(3))
FACTS = json.dumps({"schema": parquet_views.SCHEMA, "state": "00", "seq": 5, "entries": 3, "verified": None}).encode()


def archive() -> bytes:
    """A bundle with one file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        target.writestr("report.json", b"{}")
        target.writestr(bundle.MANIFEST, json.dumps(MANIFEST))
    return made.getvalue()


def backup() -> bytes:
    """A store with an inbox."""
    import tempfile

    from occ_media_cli.api import OccMedia

    with tempfile.TemporaryDirectory() as name:
        desk = OccMedia(f"{name}/s.db", actor="dana", now="2026-01-01T00:00:00Z")
        desk.inboxes.add("vip")
        desk.store.backup(f"{name}/b")
        return (Path(name) / "b").read_bytes()


class _Bytes(io.TextIOWrapper):
    """A stream with bytes beneath, as the program's own."""

    def __init__(self, data: bytes = b"") -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8", write_through=True)


def _command(name: str, *commands: str) -> Callable[[bytes, Path, Any], object]:
    """Commands over a document, on a small store beside it: none may end as a bug. `-` is standard input."""

    def take(data: bytes, folder: Path, _: Any) -> object:
        from occ_media_cli.__main__ import run

        store = folder / "small.db"
        if not store.exists():
            with redirect_stdout(_Bytes()), redirect_stderr(_Bytes()):
                (folder / "rows").write_bytes(NDJSON)
                (folder / "a.png").write_bytes(b"\x89PNG")
                (folder / "image").write_bytes(b"\x89PNG")
                run(["--store", str(store), "inbox", "add", "vip"])
                run(["--store", str(store), "ledger", "ingest", "ndjson", str(folder / "rows")])
                run(["--store", str(store), "audit", "--write-data", str(folder / "data")])
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
        codes = []
        for command in commands:
            out, err = _Bytes(), _Bytes()
            words = [word.replace("FOLDER", str(folder)) for word in command.split()]
            before, sys.stdin = sys.stdin, _Bytes(data)
            try:
                with redirect_stdout(out), redirect_stderr(err), chdir(folder):
                    own = [] if "--store" in words else ["--store", str(store)]
                    codes.append(run([*own, *words]))
            except SystemExit as stop:
                codes.append(int(stop.code or 0))
            finally:
                sys.stdin = before
            said = bytes(err.buffer.getvalue()).decode()  # type: ignore[attr-defined]  # BytesIO
            assert codes[-1] in (0, 1, 2, 3, 10, 11, 13, 20), f"{command}: {codes[-1]} {said}"
            assert codes[-1] < 2 or said or codes[-1] == 3, command
        if max(codes) < 2:
            return None
        raise errors.MalformedInput(said)

    return take


KINDS: dict[str, tuple[bytes, Callable[[bytes, Path, Any], object]]] = {
    "ndjson": (NDJSON, _ingested("ndjson", ".ndjson")),
    "csv": (CSV, _ingested("csv", ".csv")),
    "webhook": (WEBHOOK, _ingested("whatsapp", ".json", Options(inbox="vip"))),
    "mapping": (MAP, _mapped),
    "accounts": (ACCOUNTS, _loaded(mapping.accounts)),
    "sidecar": (json.dumps({"time": 5, "customer": "4915", "inbox": "vip"}).encode(), _sidecar),
    "checkpoint": (CHECKPOINT, _loaded(checkpoint.load_checkpoint)),
    "baseline": (BASELINE, _loaded(lambda file: baseline.load_baseline(str(file)))),
    "certificate": (
        CERTIFICATE,
        _loaded(lambda file: certificate_check.check_certificate(file.read_bytes(), str(file))),
    ),
    "history": (HISTORY, _loaded(imported.load_history)),
    "manifest": (json.dumps(MANIFEST).encode(), _bundle),
    "settings": (SETTINGS, _command("doc.toml", "plan FOLDER/doc.toml", "drift FOLDER/doc.toml")),
    "profile": (PROFILE, _command("own.toml", "--store FOLDER/own.toml check FOLDER/a.png --inbox vip")),
    "own rule": (RULE, _command("own.sql", "audit --rule FOLDER/own.sql")),
    "gate": (GATE, _command("gate", "gate")),
    "paths": (b"image\0image\0", _command("paths", "check --stdin0")),
    "webhooks": (WEBHOOK, _command("hooks/a.json", "ledger ingest whatsapp FOLDER/hooks --inbox vip")),
    "mails": (MAILS, _command("in.mbox", "ledger ingest email FOLDER/in.mbox --inbox vip")),
    "export": (FACTS, _command("data/ledger.json", "audit --engine duckdb --data FOLDER/data")),
    "archive": (archive(), _command("b.zip", "audit verify FOLDER/b.zip")),
    "backup": (backup(), _command("b.backup", "store restore FOLDER/b.backup --accept-loss x")),
}
"""Each kind with a whole document and the way it is taken in: document, an empty folder, the connection of a ledger."""


COMMANDS = tuple(KINDS)[tuple(KINDS).index("settings") :]
"""Kinds that whole commands take in, which takes longer."""


def outcome(kind: str, seed: int, folder: Path, connection: Any) -> str:
    """What became of one broken document: `taken` or `refused`. Anything else that is raised is a bug."""
    whole, take = KINDS[kind]
    try:
        take(broken(whole, random.Random(f"{kind} {seed}")), folder, connection)
    except errors.OccMediaError:
        return "refused"
    return "taken"
