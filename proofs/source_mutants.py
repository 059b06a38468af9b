"""Mutated payloads of every source: each costs itself, none is a bug, and every row that was read is accounted for.

    nice -n 15 python proofs/source_mutants.py [COUNT] [PROCESSES] [--source NAME]

COUNT payloads of each source are taken in by one process, some hundred in a file: values of other kinds, deep, huge,
left out and written twice; half a surrogate pair; cut off; bytes flipped; or the whole file as an array that was cut.
Between the mutants of a line-wise source and of a box of mails stand payloads that nothing was done to: each must be an
entry. PROCESSES more files are read by the command. Exits 1 where anything is raised that is no error of ours, a count
does not add up (read = new + duplicate + refused + skipped; as many refusals in the file of rejects; as many records
as are new), an untouched payload is missing, the ledger does not verify, a command exits with 70 or shows a traceback.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.errors import OccMediaError
from occ_media_cli.ledger.entry import Counts
from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.ledger.sources import Options
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.settings.editing import editing
from occ_media_cli.store.locate import at
from occ_media_cli.store.open import changing
from tests.property.hostile_inputs import CSV, MAILS, NDJSON, broken
from tests.unit.ledger.conftest import STAMP
from tests.unit.ledger.sources.platform_payloads import BODIES, body_with_id, kind_and_map, mutated

ROOT = Path(__file__).resolve().parent.parent
IN_FILE = 400
UNTOUCHED = 10
"""Of a line-wise file, every tenth payload is one that nothing was done to."""

GIVEN = {"zendesk": {"requester": "77"}, "csv": {}, "parquet": {}, "ndjson": {}}
EXITS = frozenset({0, 2, 3, 11, 14, 20})


class Made(NamedTuple):
    """A file of mutants. many: payloads in it. untouched: entries that must come of it, at least. whole: it may be
    refused as a whole."""

    data: bytes
    many: int
    untouched: int = 0
    whole: bool = False


def bytes_of(body: Any, chance: random.Random) -> bytes:
    """A payload as bytes, with something done to it that no object of Python can hold."""
    data = json.dumps(body, ensure_ascii=chance.random() < 0.8).encode("utf-8", "surrogatepass")
    if chance.random() < 0.25:
        data = broken(data, chance)
    if chance.random() < 0.1:
        flipped = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            if flipped:
                flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        data = bytes(flipped)
    return data.replace(b"\n", b" ")


class Platform:
    """Files of mutants of a source whose bodies are JSON."""

    suffix = ".ndjson"

    def __init__(self, name: str) -> None:
        self._name = name
        self._bodies = BODIES.get(name) or [json.loads(line) for line in NDJSON.splitlines()]
        self._next = 10_000_000

    def untouched(self) -> bytes:
        """A payload that nothing was done to, under an id of its own."""
        self._next += 1
        if self._name == "ndjson":
            return json.dumps({**self._bodies[0], "id": f"w.{self._next}"}).encode()
        return json.dumps(body_with_id(self._name, self._next)).encode()

    def file(self, chance: random.Random, many: int) -> Made:
        """A file of so many mutants."""
        mutants = [bytes_of(mutated(chance.choice(self._bodies), chance), chance).strip() or b"0" for _ in range(many)]
        if chance.random() < 0.1:
            data = chance.choice((b"[%s]", b"[%s", b"%s", b"\xef\xbb\xbf[%s]")) % chance.choice((b",", b"\n")).join(
                mutants
            )
            return Made(data, many, whole=True)
        lines = [self.untouched()]
        for number, mutant in enumerate(mutants, start=1):
            lines.append(mutant)
            if number % UNTOUCHED == 0:
                lines.append(self.untouched())
        return Made(b"\n".join(lines) + b"\n", len(lines), (len(lines) + UNTOUCHED) // (UNTOUCHED + 1))


_PARTS = (
    b"Content-Type: application/pdf; name*0*=utf-8''%C3%A9; name*1=.pdf\nContent-Transfer-Encoding: base64\n\n"
    b"JVBERi0xLjQK\n",
    b'Content-Type: image/png; name="=?utf-8?B?w6kucG5n?="\nContent-Disposition: attachment\n'
    b"Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n",
    b"Content-Type: message/rfc822\n\nFrom: x@y.z\nSubject: inner\n\nwords\n",
    b"Content-Type: text/html\n\n<p>words</p>\n",
    b"Content-Type: multipart/mixed; boundary=c\n\n--c\n"
    b"Content-Disposition: attachment; filename=../../a.txt\n\ntext\n--c--\n",
    b"\nbegin 644 old.txt\n#0V%T\n`\nend\n",
    b"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: quoted-printable\n\n"
    b"=78=9F=3E=22\n",
)  # fmt: skip
_HEADERS = (
    b"Received: from a by b; Mon, 2 Mar 2026 09:59:00 +0000\n", b"X-Gmail-Labels: Sent\n", b"Delivered-To: d@e.f\n",
    b"Content-Length: 700\n", b"MIME-Version: 1.0\n", b"Subject: =?utf-8?Q?a=C3?=\n folded\n",
)  # fmt: skip


class Mails:
    """Boxes of mutated mails."""

    suffix = ".mbox"

    def __init__(self, name: str) -> None:
        del name
        self._next = 0

    def untouched(self) -> bytes:
        """A mail that nothing was done to."""
        self._next += 1
        mail = MAILS.split(b"From a@b.c ")[1].partition(b"\n")[2]
        return mail.replace(b"<0@", b"<untouched%d@" % self._next)

    def file(self, chance: random.Random, many: int) -> Made:
        """A box of so many mutants."""
        mails = []
        untouched = 0
        for number in range(many):
            parts = chance.choices(_PARTS, k=chance.randint(0, 4))
            head = b"".join(chance.sample(_HEADERS, k=chance.randint(0, 3)))
            mail = (
                b"From: A <a@b.c>\nTo: d@e.f\nDate: Mon, 2 Mar 2026 10:00:00 +0200\n"
                + b"Message-ID: <%d@b.c>\n" % chance.getrandbits(40)
                + head + b'Content-Type: multipart/mixed; boundary="b"\n\n'
                + b"".join(b"--b\n" + part for part in parts) + b"--b--\n"
            )  # fmt: skip
            mails.append(broken(mail, chance))
            if number % UNTOUCHED == 0:
                mails.append(self.untouched())
                untouched += 1
        first = b"From a@b.c Mon Jan  1 00:00:00 2024\n"
        return Made(b"".join(first + mail + b"\n\n" for mail in mails), len(mails), untouched)


class Tables:
    """CSV files of mutated rows."""

    suffix = ".csv"

    def __init__(self, name: str) -> None:
        del name
        self._next = 0

    def file(self, chance: random.Random, many: int) -> Made:
        """A file of so many rows, each of which may be broken."""
        head, row, _ = CSV.splitlines(keepends=True)
        rows = []
        for _ in range(many):
            self._next += 1
            new = row.replace(b"w.1", b"c.%d" % self._next)
            rows.append(broken(new, chance) if chance.random() < 0.5 else new)
        return Made((broken(head, chance) if chance.random() < 0.05 else head) + b"".join(rows), many, whole=True)


class Parquet:
    """Parquet files with flipped bytes, or with columns of other kinds."""

    suffix = ".parquet"

    def __init__(self, name: str) -> None:
        del name
        self._next = 0

    def file(self, chance: random.Random, many: int) -> Made:
        """A file of twenty rows, which stand for as many payloads."""
        import pyarrow as pa
        from pyarrow import parquet

        many = min(many, 20)
        self._next += many
        rows = {
            "id": [f"p.{self._next + number}" for number in range(many)], "time": ["2026-03-01T10:00:00Z"] * many,
            "inbox": ["vip"] * many, "direction": ["receive"] * many, "name": ["a.pdf"] * many, "size": [5] * many,
        }  # fmt: skip
        if chance.random() < 0.5:
            other = ([None], [1e300], [b"\xff\0"], [{"a": 1}], [[1, 2]], [2**62], [True], ["x" * 9000], ["9" * 300])
            rows[chance.choice(list(rows))] = chance.choice(other) * many
        made = io.BytesIO()
        parquet.write_table(pa.table(rows), made)
        data = bytearray(made.getvalue())
        if chance.random() < 0.7:
            for _ in range(chance.randint(1, 6)):
                data[chance.randrange(4, len(data))] ^= 1 << chance.randrange(8)
        return Made(bytes(data[: chance.randrange(len(data))] if chance.random() < 0.05 else data), many, whole=True)


MAKERS: dict[str, type[Platform | Mails | Tables | Parquet]] = {
    **dict.fromkeys((*BODIES, "ndjson"), Platform), "email": Mails, "csv": Tables, "parquet": Parquet,
}  # fmt: skip


def resident() -> float:
    """MB that this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def adds_up(said: dict[str, int]) -> bool:
    """Whether every row that was read became something, and one thing only."""
    return said["read"] == sum(said[each] for each in ("new", "duplicate", "refused", "skipped"))


def wrong_counts(counts: Counts, rejects: int, records: int, made: Made) -> Iterator[str]:
    """What does not add up."""
    if not adds_up(asdict(counts)):
        yield f"{counts} does not add up"
    if rejects != counts.refused:
        yield f"{counts.refused} refused, {rejects} in the file of rejects"
    if records != counts.new:
        yield f"{counts.new} new, {records} records"
    if not made.whole and counts.read < made.many:
        yield f"{made.many} payloads, {counts.read} read"
    if counts.new + counts.duplicate < made.untouched:
        yield f"{made.untouched} untouched, {counts.new} new"


def in_one_process(name: str, count: int, seed: int, folder: Path) -> int:
    """Take mutants of a source in; how many things went wrong."""
    kind, mapping = kind_and_map(name)
    maker = MAKERS[name](name)
    options = Options(
        **{"inbox": None if name in ("csv", "parquet") else "vip", "mapping": mapping, **GIVEN.get(name, {})}
    )  # type: ignore[arg-type]  # each value is of its field's type
    wrong = done = refusals = 0
    early = 0.0
    totals = dict.fromkeys(("read", "new", "duplicate", "refused", "skipped"), 0)
    begun = time.monotonic()
    location = at(folder / f"{name}.db", explicit=True)
    with editing(location, STAMP) as editor:
        editor.add_inbox("vip")
    with changing(location, STAMP) as store:
        number = 0
        while done < count:
            number += 1
            made = maker.file(random.Random(f"{name} {seed} {number}"), min(IN_FILE, count - done))
            done += made.many
            source, rejects = folder / f"in{maker.suffix}", folder / "rejects.ndjson"
            source.write_bytes(made.data)
            before = store.ledger.execute("SELECT count(*) FROM record").fetchone()[0]
            try:
                counts = ingest(store.ledger, kind, str(source), options=options, rejects=rejects).counts
            except OccMediaError as problem:
                refusals += 1
                wrong += not made.whole
                if not made.whole:
                    print(f"{name} {number}: the whole file was refused: {problem}")
                continue
            except Exception:  # noqa: BLE001  # each is a bug, and all are shown
                wrong += 1
                print(name, number, traceback.format_exc()[-900:])
                (folder.parent / f"bug-{name}-{number}{maker.suffix}").write_bytes(made.data)
                continue
            records = store.ledger.execute("SELECT count(*) FROM record").fetchone()[0] - before
            lines = rejects.read_bytes().count(b"\n") if rejects.exists() else 0
            for words in wrong_counts(counts, lines, records, made):
                wrong += 1
                print(f"{name} {number}: {words}")
            for field in totals:
                totals[field] += getattr(counts, field)
            if not early and done >= count / 10:
                early = resident()
        late = resident()
        if not verify_ledger(store.ledger).intact:
            wrong += 1
            print(f"{name}: the ledger is not intact")
    seconds = time.monotonic() - begun
    shown = ", ".join(f"{totals[field]:,} {field}" for field in totals)
    print(
        f"{name}: {done:,} payloads, {shown}, {refusals} files refused; {wrong} go wrong; {early:.0f} MB at 10 %,"
        f" {late:.0f} MB at 100 %; {done / seconds:,.0f}/s",
        flush=True,
    )
    return wrong


def as_commands(names: list[str], count: int, seed: int, folder: Path) -> int:
    """Read mutants by the command; how many times it went wrong."""
    command = [sys.executable, "-m", "occ_media_cli", "--store", str(folder / "c.db")]
    subprocess.run([*command, "inbox", "add", "vip"], cwd=ROOT, check=True, capture_output=True)
    makers = {name: MAKERS[name](name) for name in names}
    wrong = 0
    exits: dict[int, int] = {}
    for number in range(count):
        name = names[number % len(names)]
        kind, mapping = kind_and_map(name)
        made = makers[name].file(random.Random(f"{name} {seed} process {number}"), 20)
        source = folder / f"c{makers[name].suffix}"
        source.write_bytes(made.data)
        words = ["ledger", "ingest", kind, str(source), "--inbox", "vip", "--format", "json"]
        words += ["--map", str(mapping)] if mapping else []
        words += ["--requester", "77"] if name == "zendesk" else []
        done = subprocess.run([*command, *words], cwd=ROOT, capture_output=True, text=True, check=False)
        exits[done.returncode] = exits.get(done.returncode, 0) + 1
        fine = done.returncode in EXITS and "Traceback" not in done.stderr + done.stdout
        if fine and '"read"' in done.stdout:
            said = json.loads(done.stdout)
            fine = adds_up(said)
        elif fine:
            fine = re.search(r'^error: |"error": "', done.stderr + done.stdout, re.MULTILINE) is not None
        if not fine:
            wrong += 1
            print(f"{name} process {number}: exit {done.returncode} {(done.stderr or done.stdout)[-600:]}")
    print(f"{count:,} processes, exits {dict(sorted(exits.items()))}; {wrong} go wrong")
    return wrong


def main() -> int:
    """Both ways, for one source or all."""
    options = argparse.ArgumentParser()
    options.add_argument("count", nargs="?", type=int, default=2_000)
    options.add_argument("processes", nargs="?", type=int, default=20)
    options.add_argument("--source", choices=MAKERS, action="append")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    names = chosen.source or list(MAKERS)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names if chosen.count else ():
            wrong += in_one_process(name, chosen.count, chosen.seed, Path(folder))
        if chosen.processes:
            wrong += as_commands(names, chosen.processes, chosen.seed, Path(folder))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
