"""Ledgers that name people wherever something may be written, and what must not be left of that."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile, is_zipfile

from occ_media_cli.retention import retention_rows
from occ_media_cli.settings.editing import editing
from occ_media_cli.store import chain
from occ_media_cli.store.open import changing
from tests.unit.audit.build import Ledger, T
from tests.unit.copies import made_once

SECRETS = ("16505551234", "agent-kim", "wamid.secret", "passport of Ann", "c-conversation", "boss")


def filled(ledger: Ledger) -> None:
    ledger.count = made_once("veil", ledger.location.path.parent, lambda: _fill(ledger))


def _fill(ledger: Ledger) -> int:
    ledger.inbox("vip", "2026-01-01")
    ledger.set("vip", "2026-01-02", send=False, receive=False, actor="boss")
    for number, direction in enumerate(("send", "receive", "send")):
        ledger.entry(
            "vip", f"2026-02-0{number + 1}", "passport of Ann.exe", direction=direction, id=f"wamid.secret{number}",
            customer="16505551234", conversation="c-conversation", agent="agent-kim", path="x/passport of Ann.exe",
            size=20_000_000,
        )  # fmt: skip
    return ledger.count


HOSTILE = {
    "a number": r"1\W{0,4}650\W{0,4}555\W{0,4}1234",
    "full-width digits": "\uff16\uff15\uff10\uff15\uff15\uff15",
    "another customer": r"ann\W?smith",
    "an agent": "(?<!agent-)kim larsson",
    "an actor": "boss-of-all",
    "a conversation": "c-conversation",
    "an id": "wamid.secret",
    "a file name": "passport of",
    "the user of the system": "os-dana",
    "the machine": "host-of-dana",
}
"""What must not stand anywhere, in any case of letters."""


def hostile(ledger: Ledger) -> None:
    """People's names in every place that can hold a text."""
    ledger.inbox("vip", "2026-01-01")
    with editing(ledger.location, chain.Stamp(T("2026-01-02"), T("2026-01-02"), "boss-of-all", "os-dana", "host-of-dana", "x"),
                 first_inbox=False) as editor:  # fmt: skip
        change = {"send": False, "receive": False, "message": "Mail boss-of-all, not KIM LARSSON, about 16505551234."}
        editor.change("vip", change, reason="(+1) 650 555-1234 and ANN.SMITH@example.com complained; told Boss-Of-All")
    ledger.entry("vip", "2026-02-01", "x.pdf", id="other", customer="Ann.Smith@Example.com", agent="Kim Larsson")
    own = {"customer": "16505551234", "conversation": "c-conversation", "agent": "Kim Larsson"}
    for number, (name, more) in enumerate((
        ("IMG16505551234x.exe", {"path": "in/16505551234/IMG16505551234x.exe", "channel": "web-widget:16505551234"}),
        ("passport of Ann.16505551234", {"detected": "16505551234", "declared": "image/16505551234"}),
        ("passport of Ann.exe", {"outcome": "blocked", "reason": "1-650-555-1234 sent it again",
                                 "message": "Dear ann.smith@EXAMPLE.com (KIM LARSSON), we cannot read \uff11\uff16\uff15\uff10\uff15\uff15\uff15\uff11\uff12\uff13\uff14"}),
        ("a.png", {"size": 20_000_000, "direction": "send", "path": "c-conversation/Kim Larsson/a.png"}),
    )):  # fmt: skip
        ledger.entry("vip", f"2026-02-0{number + 2}", name, id=f"wamid.secret{number}", **{**own, **more})
    row = {"rule": "received-while-off", "owner": "boss-of-all", "expires": "2027-01-01T00:00:00.000Z",
           "expires_ms": 1_798_761_600_000}  # fmt: skip
    ledger.section("suppressions", [{**row, "entry": "wamid.secret1", "reason": "asked kim larsson, +16505551234"}])
    ledger.section("retention", [{"remove_after": "1d", "remove_after_ms": 86_400_000}])
    with changing(
        ledger.location, chain.Stamp(T("2026-03-01"), T("2026-03-01"), "Kim Larsson", "os-dana", "host-of-dana", "x")
    ) as store:
        (entry,) = store.ledger.execute("SELECT seq FROM record WHERE id = 'wamid.secret1'").fetchone()
        stamp = chain.Stamp(T("2026-03-01"), T("2026-04-01"), "Kim Larsson", "os-dana", "host-of-dana", "x")
        reason = "rude to ann.smith@example.com, conversation C-CONVERSATION, by boss-of-all"
        retention_rows.record(store.ledger, chain.Event("flag", {"entry": entry}, T("2026-03-01"), reason), stamp)
        fact = {"code": "sensitive-content", "detail": "1 650 555 1234 in Passport Of Ann, WAMID.SECRET1", "count": 1}
        body = {
            "entry": entry,
            "sha256": None,
            "engine": "x",
            "facts": [fact],
            "state": "infected",
            "detail": "Kim Larsson.A",
        }
        retention_rows.record(store.ledger, chain.Event("scan", body, T("2026-03-01")), stamp)


def named(data: bytes) -> list[str]:
    """Who can be recognised in some bytes; JSON is read as people read it."""
    text = data.decode("utf-8", "replace")
    text += text.encode().decode("unicode_escape", "replace") if "\\u" in text else ""
    return [what for what, pattern in HOSTILE.items() if re.search(pattern, text, re.IGNORECASE)]


def bytes_of(file: Path) -> bytes:
    """A file's bytes; the bytes of all members where it is an archive, their names included."""
    if not is_zipfile(file):
        return file.read_bytes()
    with ZipFile(file) as archive:
        return b"\n".join(name.encode() + b"\n" + archive.read(name) for name in archive.namelist())


def exact(ledger: Ledger) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.set("vip", "2026-01-02", receive=False, actor="boss")
    for number in range(12):
        ledger.entry("vip", "2026-02-03T10:37:12.345Z", "a.pdf", sha256="same", size=20_123_456, id=f"w{number}")


EXACT = (sha256(b"same").hexdigest(), "20123456", "20,123,456", "10:37", "12.345", str(T("2026-02-03T10:37:12.345Z")))


def flag(ledger: Ledger, identity: str, reason: str) -> None:
    who = chain.Stamp(T("2026-03-01"), T("2026-03-01"), "dana", "u", "h", "x")
    with changing(ledger.location, who) as store:
        (entry,) = store.ledger.execute("SELECT seq FROM record WHERE id = ?", (identity,)).fetchone()
        retention_rows.record(store.ledger, chain.Event("flag", {"entry": entry}, T("2026-03-01"), reason), who)
