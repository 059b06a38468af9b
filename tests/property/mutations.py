"""Settings documents that somebody broke: bytes flipped, lines lost, doubled and made up."""

from __future__ import annotations

import io
import random
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from occ_media_cli.__main__ import run
from tests.property import documents

BYTES = [
    b"[",
    b"]",
    b'"',
    b"=",
    b"\n",
    b"'''",
    b"\x00",
    b"\xff",
    b"{",
    b"1",
    b"\r",
    b"\xe2\x80\xae",
    b"9" * 5_000,
    b"[" * 3_000,
]
LINES = [
    "receve = true", "[inboxes.x]", "[[retention.rule]]", 'remove_after = "0d"', "until = 1", "send = 'on'", "receive = 1",
    "[channels.a]\nx = 1979-05-27T07:32:00Z", "[channels.a]\nx = nan", '[rules.x]\nseverity = "eror"', 'tags = "gold"',
    'message = ""', 'message = "{naem}"', 'channels = ["no-such-channel"]', 'channels = ["web-widget:a", "web-widget:a"]',
    '[agents.kim]\nrole = "boss"', "[agents.kim]\ninboxes = [1]", "[store]\nsecond_person = 'yes'", "[inboxes.default]",
    '[[suppression]]\nrule = "x"\nexpires = 2026-02-30', "[inboxes.vip.box]", "[inboxes.vip.box]\nuntil = 2026-01-01T00:00:00",
    "[inboxes.' vip']", "messages.toolongalanguage = 'x'", "quota = '20 PB'", "scan = 'always'", "[retention]\nrules = []",
    "inboxes = 1", "x.y.z = 1", 'messages = "x"', "[inboxes]", "[[inboxes]]",
]  # fmt: skip
"""Lines that break the format, or may do so where they are put."""


def mutated(seed: int) -> bytes:
    """A document with one to four things done to it."""
    chance = random.Random(seed)
    text = documents.text(chance)
    if chance.random() < 0.6:
        rows = text.split("\n")
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(rows) + 1)
            match chance.randrange(4):
                case 0:
                    rows.insert(place, chance.choice(LINES))
                case 1:
                    rows.insert(place, chance.choice(rows))
                case 2:
                    del rows[place : place + 1]
                case _:
                    row = rows[min(place, len(rows) - 1)]
                    rows[min(place, len(rows) - 1)] = row.replace(
                        chance.choice('aeiou="[]t'), chance.choice(["", "x", "1"]), 1
                    )
            rows = rows or [""]
        return "\n".join(rows).encode()
    data = bytearray(text.encode())
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                data[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[place : place + chance.randint(1, 20)]
            case 2:
                data[place:place] = chance.choice(BYTES)
            case _:
                other = chance.randrange(len(data) + 1)
                data[place:place] = data[min(place, other) : max(place, other)][:200]
    return bytes(data)


def told(arguments: list[str]) -> tuple[int, list[str]]:
    """The exit code of the program, run in this process, and the lines of its stderr."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape")
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape")
    with redirect_stdout(out), redirect_stderr(err):
        code = run(arguments)
    err.seek(0)
    return code, err.read().splitlines()


def outcome(seed: int, folder: Path) -> str:
    """What `plan` and `set` make of a mutated document: `loads`, or `error` after everything was checked."""
    path = folder / "m.toml"
    data = mutated(seed)
    path.write_bytes(data)
    for ledger in folder.glob("m.ledger.db*"):
        ledger.unlink()
    store = ["--store", str(path), "--now", "2026-03-02T10:00:00Z"]
    code, lines = told([*store, "plan", str(path)])
    if code == 0:
        assert told([*store, "show"])[0] == 0, f"seed {seed}: show"
        return "loads"
    for words in (["plan", str(path)], ["set", "--all", "--receive", "off"]):
        code, lines = told([*store, *words])
        assert code in (10, 20), f"seed {seed}: {words} exit {code}: {lines}"
        assert lines, f"seed {seed}: nothing was said"
        for error, help_text in zip(lines[::2], lines[1::2], strict=True):  # of each mistake
            assert re.match(rf"error: {re.escape(str(path))}:\d+: \S", error), f"seed {seed}: {error}"
            assert help_text.startswith("help: "), f"seed {seed}: {help_text}"
    assert path.read_bytes() == data, f"seed {seed}: the document changed"
    assert not list(folder.glob("m.ledger.db*")), f"seed {seed}: a ledger was made"
    return "error"
