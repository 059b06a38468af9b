"""Random ledgers for the oracle of reports, made by commands alone: what people do to a store in a year.

Agents are missing, inboxes are renamed, removed and added again, entries come late, in several zones and from before
1970, are corrected and erased, people have several ids, settings end by themselves, and documents are edited by hand.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from occ_media_cli import times
from occ_media_cli.__main__ import run
from occ_media_cli.errors import OccMediaError
from occ_media_cli.library.approving import approve
from occ_media_cli.library.proposing import propose
from occ_media_cli.library.record_proposal import ProposalRequest
from occ_media_cli.library.retiring import retire
from occ_media_cli.settings.editing import editing
from occ_media_cli.store import chain
from occ_media_cli.store.locate import at
from occ_media_cli.store.open import Store, changing

DAY = 86_400_000
START = 1_767_225_600_000
"""2026-01-01T00:00:00Z."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ZONES = [timezone(timedelta(minutes=minutes)) for minutes in (0, 0, 120, -480, 345, 840, -720)]
NAMES = ("vip", "lab", "retail de", "دعم")
EXTENSIONS = ("pdf", "PDF", "jpeg", "jpg", "png", "mp4", "exe", "docx", "", "x1")
DETECTED = (None, None, None, "pdf", "jpg", "png", "mp4", "image/png", "exe")
PEOPLE = ("c1", "c2", "c3", "491512345678", "+49 151 2345678", "tel:491512345678", "whatsapp:+491512345678",
          "Rosa@Example.com", "rosa@example.com", "", None, None, "+49 (0) 151 2345678", "0049-151/2345678",
          "\uff14\uff19 151 2345678", "491512345678@s.whatsapp.net", "mailto:Rosa@example.com", "psid-77", "cafe\u0301",
          "caf\u00e9")  # fmt: skip
ACTORS = ("dana", "sam", "zoe")
AGENTS = ("mona", "kim", "lee", "ghost", None, None, "")
REASONS = (None, None, "media-off", "too big", *(f"why {number}" for number in range(9)))
SUPPRESSION = """
[[suppression]]
rule = "{rule}"
reason = "known"
owner = "dana"
expires = "{expires}"
"""


def when(ms: int, zone: timezone = timezone.utc) -> str:  # noqa: UP017  # the default of a parameter of this type
    return (EPOCH + timedelta(milliseconds=ms)).astimezone(zone).isoformat(timespec="milliseconds")


@dataclass
class Answered:
    """A command's exit code, its bytes and its complaints."""

    code: int
    out: bytes
    err: str


def ask(*arguments: str) -> Answered:
    """Run a command in this process."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(list(arguments))
        sys.stdout.flush()
    return Answered(code, out.buffer.getvalue(), err.getvalue())  # type: ignore[attr-defined]  # a BytesIO


class ReportWorld:
    """A random store; `now` is when reports are asked for."""

    def __init__(self, folder: Path, seed: int, entries: int = 60) -> None:
        self.rng = random.Random(seed)
        self.folder = folder
        self.document = folder / "s.toml" if self.rng.random() < 0.3 else None
        self.store = self.document or folder / "s.db"
        self.ledger = folder / "s.ledger.db" if self.document else self.store
        self.clock = START
        self.ids: list[str] = []
        self.names: list[str] = []
        self.waits: list[int] = []
        self.count = entries
        self.turns = 0
        self.seed, self.crowd = seed, seed % 20 == 7
        """Whether there is more of everything than a page lists or a chart draws."""
        self.now = START + self.rng.randrange(30, 200) * DAY + self.rng.choice((0, 0, 1, DAY - 1, 36_000_000))

    def do(self, *arguments: str, codes: tuple[int, ...] = (0,), back: int = 0) -> Answered:
        """Change the store, later than before. back: for a moment so many milliseconds ago, below 0 to
        come."""
        self.clock += self.rng.choice((1, 3_600_000, DAY // 2, DAY, 3 * DAY))
        actor = self.rng.choice(("dana", "sam"))
        with self._machine():
            found = ask(
                "--quiet", "--store", str(self.store), "--actor", actor, "--now", when(self.clock - back), *arguments
            )
        assert found.code in codes, (arguments, found)
        return found

    def make(self) -> None:
        rng = self.rng
        for name in rng.sample(NAMES, rng.randrange(1, 4)):
            self.do("inbox", "add", name)
            self.names.append(name)
        if self.seed % 20 == 13:
            for number in range(31):
                self.do("inbox", "add", f"box {number}")
                self.names.append(f"box {number}")
        for agent in ("mona", "kim"):
            if rng.random() < 0.5:
                self.do("agent", "add", agent, "--role", "agent", "--inbox", rng.choice(self.names))
        if rng.random() < 0.7:
            self.waits.append(rng.choice((30, 90, 120)))
            self.do("retention", "set", "default", "--remove-after", f"{self.waits[0]}d")
        for _ in range(rng.randrange(4)):
            self._rule()
        if rng.random() < 0.4:
            for name in self.names[:3]:
                self.do("inbox", "tag", name, "sensitive", codes=(0, 13))
                self.do("set", name, "--approved-only", "on")
            for _ in range(3):
                self._library()
        self._rows(self.count // 2)
        for step in rng.sample(
            (self._change, self._change, self._change, self._rename, self._replace, self._hold, self._hold, self._alias,
             self._erase, self._suppress, self._suppress, self._scans, self._rule, self._edit, self._link, self._tag,
             self._insist, self._insist, self._library, self._library, self._check, self._check, self._check), rng.randrange(6, 18)
        ):  # fmt: skip
            step()
        self._rows(self.count // 2)
        for step in rng.sample((self._change, self._replace, self._rename, self._alias, self._release, self._erase), 3):
            step()
        self._rows(6)
        self._decisions()
        self._strangers()
        if self.crowd:
            self._crowd()
        if rng.random() < 0.5:
            self._edit()
        if self.document is not None and rng.random() < 0.5:
            self._plan(self.document)
        if self.document is None and rng.random() < 0.4:  # what is not in force yet when reports are asked for
            self.clock = max(self.clock, self.now)
            self.do("set", rng.choice(self.names), "--receive", "off", "--message", "Later.", codes=(0, 2, 13))

    def _change(self) -> None:
        rng = self.rng
        said: list[str] = []
        for option, choices in (("--receive", ("on", "off")), ("--send", ("on", "off")), ("--scan", ("off", "record", "required")), ("--approved-only", ("on", "off")),
                                ("--quota", ("1 MB", "20 MB", "none"))):  # fmt: skip
            if rng.random() < 0.5:
                said += [option, rng.choice(choices)]
        if not said or rng.random() < 0.3:
            said += ["--message", rng.choice(("No files here.", "Mail us at a@example.com."))]
        if rng.random() < 0.4:
            said += ["--for", rng.choice(("4h", "2d", "30d"))]
        if rng.random() < 0.5:
            said += ["--reason", rng.choice(("asked", "launch"))]
        self.turns += 1
        actor = ACTORS[self.turns % len(ACTORS)]
        self.do("set", rng.choice(self.names), *said, "--actor", actor, codes=(0, 2, 13))
        if rng.random() < 0.4:  # a late change writes anew what came since
            late = rng.choice((("--message", "Post it."), ("--description", "late"), ("--quota", "20 MB")))
            self.do("set", rng.choice(self.names), *late, "--backdate", "forgotten", back=rng.choice((DAY, 9 * DAY, 30 * DAY)),
                    codes=(0, 2, 13))  # fmt: skip

    def _rule(self) -> None:
        rng = self.rng
        said = [rng.choice(("default", *self.names))]
        if rng.random() < 0.8:
            said += ["--remove-after", rng.choice(("1d", "20d", "30d", "60d", "90d", "12h"))]
            self.waits += [int(said[-1][:-1])] if said[-1].endswith("d") else []
        if rng.random() < 0.4 or len(said) == 1:
            said += ["--keep-for", rng.choice(("1d", "40d", "100d"))]
            self.waits.append(int(said[-1][:-1]))
        if rng.random() < 0.4:
            said += ["--category", rng.choice(("image", "document", "video"))]
        if rng.random() < 0.3:
            said += ["--direction", rng.choice(("send", "receive"))]
        self.do("retention", "set", *said)

    def _rename(self) -> None:
        new = f"{self.rng.choice(('new', 'team'))} {self.clock}"
        place = self.rng.randrange(len(self.names))
        if self.do("inbox", "rename", self.names[place], new, codes=(0, 10)).code == 0:
            self.names[place] = new

    def _replace(self) -> None:
        """Remove an inbox, and add another one of its name."""
        if self.document is not None and len(self.names) == 1:
            return
        name = self.rng.choice(self.names)
        self.do("inbox", "remove", name, "--force")
        self.do("inbox", "add", name)
        if self.rng.random() < 0.5:
            self.do("set", name, "--quota", "1 MB")

    def _hold(self) -> None:
        rng = self.rng
        said: list[str] = []
        for option, choices in (("--inbox", self.names), ("--customer", ("c1", "c2", "tel:+491512345678", "ROSA@example.com", "psid-77", "\u0664\u0669 151 2345678")),
                                ("--conversation", ("k1", "k2"))):  # fmt: skip
            if rng.random() < 0.4:
                said += [option, rng.choice(choices)]
        if rng.random() < 0.3 or not said:
            said += ["--since", when(START + rng.randrange(40) * DAY)]
        self.do("hold", "add", "--name", f"h{self.clock}", "--reason", "case", *said)

    def _release(self) -> None:
        lines = ask("--store", str(self.store), "hold", "list", "--format", "json").out
        names = re.findall(rb'"name": "(h\d+)"', lines)
        if names:
            self.do("hold", "release", names[0].decode(), "--reason", "over", codes=(0, 13))

    def _alias(self) -> None:
        ids = self.rng.sample(("c1", "c2", "+49 151 2345678", "rosa@example.com", "psid-77", "sms:0049 151 2345678",
                               "nobody's"), 2)  # fmt: skip
        self.do("customer", "alias", "add", *ids, "--reason", "one person", codes=(0, 2, 13))
        if self.rng.random() < 0.2:
            self.do("customer", "alias", "remove", ids[0], "--reason", "two people", codes=(0, 11, 13))

    def _erase(self) -> None:
        self.do("ledger", "erase", "--customer", self.rng.choice(("c1", "c3", "rosa@example.com")), "--reason", "asked",
                codes=(0, 1, 3, 11, 13))  # fmt: skip

    def _suppress(self) -> None:
        file = self.folder / "suppress.toml"
        words = ""
        for _ in range(self.rng.randrange(1, 4)):
            rule = self.rng.choice(("refused-attempts", "type-mismatch", "past-retention", "over-limit", "not-scanned"))
            lines = SUPPRESSION.format(rule=rule, expires=self.rng.choice(("2026-03-01", "2027-01-01"))).splitlines()
            if self.rng.random() < 0.3:
                lines.pop(self.rng.choice((3, 4, 5)))
            if self.rng.random() < 0.4:
                lines.append(f"inbox = {json.dumps(self.rng.choice(self.names), ensure_ascii=False)}")
            words += "\n".join(lines) + "\n"
        file.write_text(words)
        self.do("apply", str(file), codes=(0, 2, 13))

    def _link(self) -> None:
        self.do("inbox", "link", self.rng.choice(self.names), self.rng.choice(("whatsapp-cloud", "telegram-bot:1")),
                codes=(0, 2, 11, 13))  # fmt: skip

    def _tag(self) -> None:
        self.do("inbox", "tag", self.rng.choice(self.names), self.rng.choice(("sensitive", "sensitive", "vip")),
                codes=(0, 13))  # fmt: skip

    def _library(self) -> None:
        """Files that people propose, approve, renew and retire, for some inboxes or tags, some of them until a day."""
        rng = self.rng
        for _ in range(rng.randrange(3, 9)):
            self.clock += rng.choice((0, 1, 3_600_000, DAY))
            people = rng.sample((("dana", "os"), ("sam", "os"), ("kim", "os2")), 2)
            name = rng.choice(("prices", "terms"))
            steps = rng.choice((
                (self._propose, self._approve), (self._propose, self._approve), (self._propose,), (self._approve,),
                (self._retire,),
            ))  # fmt: skip
            for step, (actor, user) in zip(steps, people, strict=False):
                stamp = chain.Stamp(self.clock, self.clock, actor, user, "host", "test")
                with suppress(OccMediaError), self._machine(), changing(at(self.store, explicit=True), stamp) as store:
                    step(store, name, stamp)
                self.clock += rng.choice((0, 1, DAY))

    def _propose(self, store: Store, name: str, stamp: chain.Stamp) -> None:
        rng = self.rng
        files = []
        for letter in rng.sample("abcdef", rng.choice((1, 1, 2))):
            file = self.folder / f"{letter}.txt"
            file.write_text(letter)
            files.append(file)
        again = store.ledger.execute(
            "SELECT version, path FROM library WHERE name = ? AND approved_ms IS NOT NULL ORDER BY seq DESC, place", (name,)
        ).fetchone()  # fmt: skip
        version = rng.choice("1234567")
        if again is not None and rng.random() < 0.3:  # a renewal: the same bytes, for others or until another day
            version, files = again[0], [Path(again[1])]
        asked = ProposalRequest(
            name, version, inboxes=rng.choice(((), (), (rng.choice(self.names),))),
            tags=rng.choice(((), (), ("sensitive",))),
            expires=rng.choice((None, None, self.clock + rng.randrange(1, 90) * DAY,
                                *(self.now + days * DAY for days in (1, 30, 31)), self.now + 30 * DAY + 1)),
        )  # fmt: skip
        propose(store, files, asked, stamp)

    def _approve(self, store: Store, name: str, stamp: chain.Stamp) -> None:
        (waits,) = store.ledger.execute(
            "SELECT max(proposal) FROM library WHERE name = ? AND approved_ms IS NULL", (name,)
        ).fetchone()  # fmt: skip
        approve(store, waits or name, stamp)

    def _retire(self, store: Store, name: str, stamp: chain.Stamp) -> None:
        retire(store, name, "over", stamp, version=self.rng.choice((None, "1", "2")))

    def _check(self) -> None:
        """Checks that stay on record."""
        root = self.folder / "files"
        root.mkdir(exist_ok=True)
        audit = ("audit", "--record", "--fail-on", "never")
        for said in self.rng.sample(
            (("ledger", "verify"), ("retention", "verify", "--root", str(root)), audit, audit), 2
        ):  # fmt: skip
            self.do(*said, codes=(0, 1, 3))

    def _scans(self) -> None:
        """What scanners said of some contents and entries."""
        with self._editor() as editor:
            rows = editor.connection.execute("SELECT seq FROM record WHERE kind = 0").fetchall()
            for number in range(self.rng.randrange(4, 30)):
                body: dict[str, Any] = {"state": self.rng.choice(("clean", "clean", "infected", "error")), "facts": []}
                body["engine"] = (None, "clamav 1.4.6/27461", "clamav 1.4.6/27462")[number % 3]
                if self.rng.random() < 0.3:
                    code = self.rng.choice(("active-content", "sensitive-content", "location-metadata"))
                    body["facts"] = [{"code": code, "detail": "seen", "count": 1}]
                if self.rng.random() < 0.5:
                    body["entry"] = self.rng.choice(rows)[0]
                else:
                    body["sha256"] = sha256(self.rng.choice("abcd").encode()).hexdigest()
                editor.record(chain.Event("scan", body, self.clock))

    @contextmanager
    def _machine(self) -> Iterator[None]:
        """The machine's clock goes along, and so does the time of what is written: else an edit by hand would be older
        than what a command left before it."""
        with patch.object(times, "_clock", SimpleNamespace(time_ns=lambda: self.clock * 1_000_000)):
            yield
        document = self.document
        if document is not None and document.exists() and document.stat().st_mtime > self.clock / 1000:
            os.utime(document, (self.clock / 1000, self.clock / 1000))

    @contextmanager
    def _editor(self) -> Iterator[Any]:
        actor, user = self.rng.choice((("dana", "os"), ("sam", "os"), ("sam", "os2")))
        stamp = chain.Stamp(self.clock, self.clock, actor, user, "host", "test")
        with self._machine(), editing(at(self.store, explicit=True), stamp, first_inbox=False) as editor:
            yield editor

    def _edit(self) -> None:
        """Turn one switch of one inbox in the document, as an editor does."""
        if self.document is None:
            return
        words = self.document.read_text()
        places = [found.start() for found in re.finditer(r"^receive = ", words, re.MULTILINE)]
        place = self.rng.choice(places)
        line = words[place:].splitlines()[0]
        other = "receive = false" if line == "receive = true" else "receive = true"
        self.document.write_text(words[:place] + other + words[place + len(line) :])
        self.clock += DAY
        # An editor's clock may be a century ahead, and a copy may bring a time from before a command left the document.
        edited = (self.clock / 1000, 4_000_000_000, 1_000_000)[len(words) % 3]
        os.utime(self.document, (edited, edited))

    def _plan(self, document: Path) -> None:
        """A change that is to begin later, and then an edit of something that is no setting."""
        said = ("--receive", self.rng.choice(("on", "off")), "--send", self.rng.choice(("on", "off")))
        self.do("set", self.rng.choice(self.names), *said, back=-self.rng.choice((20, 400)) * DAY)
        document.write_text(document.read_text() + "# checked\n")
        self.clock += DAY
        edited = self.rng.choice((self.clock / 1000, 4_000_000_000, 1_000_000))
        os.utime(document, (edited, edited))

    def _rows(self, many: int) -> None:
        rng = self.rng
        file = self.folder / f"rows{len(self.ids)}.ndjson"
        rows = [self._correction() if self.ids and rng.random() < 0.25 else self._entry() for _ in range(many)]
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.do("ledger", "ingest", rng.choice(("ndjson",)), str(file), codes=(0, 3))

    def _insist(self) -> None:
        """One person tries again and again, from several devices."""
        rng = self.rng
        inbox, file = rng.choice(self.names), self.folder / f"again{self.clock}.ndjson"
        rows = []
        for customer in rng.choices([text for text in PEOPLE if text], k=rng.randrange(3, 9)):
            self.ids.append(f"e{len(self.ids)}")
            rows.append({
                "id": self.ids[-1], "time": when(self._moment()), "inbox": inbox, "direction": "receive",
                "name": "a.exe", "size": 9, "customer": customer, "outcome": "blocked", "reason": "too big",
            })  # fmt: skip
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.do("ledger", "ingest", "ndjson", str(file), codes=(0, 3))

    def _crowd(self) -> None:
        """Customers, agents, reasons and errors in numbers."""
        rng = self.rng
        inbox = rng.choice(self.names)
        self.do("set", inbox, "--receive", "off", "--send", "off")
        file = self.folder / "crowd.ndjson"
        rows = []
        for number in range(rng.randrange(420, 600)):
            sent = rng.random() < 0.3
            rows.append({
                "id": f"many{number}", "time": when(self.clock + 1 + number * rng.choice((1, 3_600_000))), "inbox": inbox,
                "direction": "send" if sent else "receive", "name": "a.pdf", "size": number % 7,
                "agent" if sent else "customer": f"{'agent' if sent else 'customer'} {rng.randrange(160)}",
                "outcome": "delivered" if rng.random() < 0.9 else "blocked", "reason": rng.choice(REASONS),
            })  # fmt: skip
        file.write_text("".join(json.dumps({k: v for k, v in row.items() if v is not None}) + "\n" for row in rows))
        self.do("ledger", "ingest", "ndjson", str(file), codes=(0, 3))

    def _moment(self) -> int:
        rng = self.rng
        day = START + rng.randrange(160) * DAY
        if rng.random() < 0.25:  # comes due about where a state of retention ends
            due = self.now + rng.choice((0, 30, 30, 60, 90)) * DAY + rng.choice((-1, 0, 1, DAY // 2))
            return min(due - rng.choice((max(self.waits, default=1), *self.waits)) * DAY, self.now)
        return rng.choice((day, day - 1, day + rng.randrange(DAY), day + DAY // 2, self.now + rng.choice((-1, 0, 1, DAY)),
                           self.now - rng.choice((1, 20, 30, 60, 90)) * DAY - rng.choice((0, 1)),
                           START - 400 * DAY, -rng.randrange(3 * DAY) if rng.random() < 0.2 else day))  # fmt: skip

    def _entry(self) -> dict[str, Any]:
        rng = self.rng
        self.ids.append(f"e{len(self.ids)}")
        extension = rng.choice(EXTENSIONS)
        sent = rng.random() < 0.5
        row = {
            "id": self.ids[-1], "time": when(self._moment(), rng.choice(ZONES)), "inbox": rng.choice(self.names),
            "direction": "send" if sent else "receive", "name": "a" + (f".{extension}" if extension else ""),
            "outcome": rng.choice(("delivered", "delivered", "delivered", "blocked", "failed")),
            "detected": rng.choice(DETECTED), "declared": rng.choice((None, None, "image/png", "application/pdf", " Image/PNG ; q=1",
                                                                        "application/octet-stream")),
            "agent": rng.choice(AGENTS) if sent or rng.random() < 0.2 else None, "customer": rng.choice(PEOPLE),
            "conversation": rng.choice((None, "k1", "k2")), "size": rng.choice((None, 0, 999, 99_950, 900_000, 5_242_881, 17_000_000)),
            "sha256": sha256(rng.choice("abcdefghij").encode()).hexdigest() if rng.random() < 0.7 else None,
            "path": f"files/{rng.randrange(20)}.pdf" if rng.random() < 0.3 else None,
            "channel": rng.choice((None, "whatsapp-cloud", "telegram-bot:1", "telegram-bot")),
            "reason": rng.choice(REASONS), "message": rng.choice((None, None, None, "Sorry.")),
        }  # fmt: skip
        return {key: value for key, value in row.items() if value is not None}

    def _strangers(self) -> None:
        """What was sent at times when its inbox was not there yet, or no more: some of it long over in the library, some
        without a sha256."""
        rng = random.Random(self.seed + 1)
        if rng.random() < 0.3:
            return
        begin, gone = self.clock, f"gone {self.clock}"
        self.do("inbox", "add", gone)
        middle = self.clock
        self.do("inbox", "remove", gone, "--force")
        self.do("inbox", "add", late := f"late {self.clock}")
        rows = []
        for number in range(rng.randrange(4, 16)):
            inbox, moment = rng.choice(((gone, self.clock), (late, middle), (gone, begin), (late, begin - 9 * DAY)))
            content = rng.choice(("abcdef", "abcdef", "abcdefghij", ""))
            rows.append({
                "id": f"stranger{number}", "time": when(moment + rng.choice((0, 1, DAY))), "inbox": inbox, "direction": "send",
                "name": "a.txt", "size": 1, "agent": rng.choice(("mona", "kim")),
            } | ({"sha256": sha256(rng.choice(content).encode()).hexdigest()} if content else {}))  # fmt: skip
        file = self.folder / "strangers.ndjson"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.do("ledger", "ingest", "ndjson", str(file), codes=(0, 3))

    def _decisions(self) -> None:
        """What a gate answered; some of it about files that came, or never did."""
        rng = random.Random(self.seed)
        rows = []
        for number in range(rng.randrange(9)):
            denied = rng.random() < 0.7
            rows.append({
                "id": rng.choice([f"asked{number}", *self.ids]), "time": when(START + rng.randrange(160) * DAY),
                "inbox": rng.choice(self.names), "direction": rng.choice(("send", "receive")), "name": "a.pdf",
                "decision": "deny" if denied else "allow", "customer": rng.choice([text for text in PEOPLE if text]),
                **({"problems": rng.choice(("over-limit", "over-limit,not-approved", "receive-off")),
                    "message": rng.choice((None, "Sorry."))} if denied else {}),
            })  # fmt: skip
        if rows:
            file = self.folder / "decisions.ndjson"
            rows = [{key: value for key, value in row.items() if value is not None} for row in rows]
            file.write_text("".join(json.dumps(row) + "\n" for row in rows))
            self.do("ledger", "ingest", "ndjson", str(file), codes=(0, 3))

    def _correction(self) -> dict[str, Any]:
        rng = self.rng
        moment = self._moment()
        later = rng.choice((
            {"outcome": rng.choice(("delivered", "blocked", "failed"))}, {"size": rng.randrange(9_000_000)},
            {"deleted": when(moment)}, {"detected": rng.choice(("png", "mp4", "exe"))}, {"reason": "later"},
            {"sha256": sha256(rng.choice("abc").encode()).hexdigest()},
        ))  # fmt: skip
        return {"id": f"c{rng.randrange(10**9)}", "time": when(moment), "corrects": rng.choice(self.ids), **later}
