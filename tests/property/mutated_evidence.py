"""Evidence with something done to its bytes: bundles, checkpoints and certificates, asked of by the commands.

None may end the program as a bug does, and none may be found intact that says something else than before. What is
changed inside of a bundle with a manifest that fits is a forgery (`forgeries.py`); here it must only not be a bug.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random

from occ_media_cli import times
from tests.property import altered
from tests.property.forgeries import command, packed, unpacked
from tests.property.hostile_inputs import broken

TOLD = frozenset({0, 1, 3, 20})
"""How a check of evidence may end: intact, not, unreadable, none at all."""

Ask = Callable[[Path], int]


class Evidence:
    """One of each kind, of one ledger, and how the program is asked about a changed one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = altered.fill(folder, document=False)
        self.made = {kind: folder / name for kind, name in
                     (("bundle", "b.zip"), ("checkpoint", "c.json"), ("certificate", "k.json"), ("page", "k.html"))}  # fmt: skip
        self.do("audit", "--fail-on", "never", "--bundle", str(self.made["bundle"]))
        self.do("ledger", "checkpoint", "--output", str(self.made["checkpoint"]))
        plan = self.plan()
        self.do("retention", "certificate", plan, "--format", "json", "--output", str(self.made["certificate"]))
        self.do("retention", "certificate", plan, "--format", "html", "--output", str(self.made["page"]))
        self.data = {kind: path.read_bytes() for kind, path in self.made.items()}
        self.files, self.facts = unpacked(self.made["bundle"])
        self.contents = contents(self.made["bundle"])
        self.mark = json.loads(self.data["checkpoint"])

    def plan(self) -> str:
        """The plan that was purged."""
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(self.store)) as connection:
            (name,) = connection.execute("SELECT plan FROM plan_state ORDER BY number LIMIT 1").fetchone()
        return str(name)

    def do(self, *arguments: str) -> str:
        code, out, err = command("--store", str(self.store), "--now", altered.NOW, *arguments)
        assert code == 0, (arguments, code, out, err)
        return out

    def mutated(self, kind: str, seed: int) -> bytes:
        """The bytes of one kind with something done to them."""
        rng, data = Random(f"{kind}{seed}"), self.data["bundle" if kind == "refitted" else kind]
        if kind == "refitted":
            files = dict(self.files)
            name = rng.choice([name for name in files if files[name]])
            files[name] = broken(files[name], rng)
            facts = dict(self.facts)
            if rng.random() < 0.2:
                facts[rng.choice(list(facts))] = rng.choice([None, 1, -1, "x", [], {}, True, 2**70, "2026-01-01"])
            target = self.folder / "refitted.zip"
            packed(target, files, facts)
            return target.read_bytes()
        if kind in ("checkpoint", "certificate") and rng.random() < 0.7:
            return broken(data, rng)
        made = bytearray(data)
        for _ in range(rng.choice((1, 1, 1, 2, 5))):
            at = rng.randrange(len(made) + 1)
            match rng.randrange(6):
                case 0 | 1 | 2 if at < len(made):
                    made[at] ^= 1 << rng.randrange(8)
                case 3:
                    made[at:at] = rng.randbytes(rng.choice((1, 4, 100)))
                case 4:
                    del made[at : at + rng.choice((1, 4, 100))]
                case _:
                    made[at : at + 4] = rng.choice((b"PK\1\2", b"PK\3\4", b"\xff\xff\xff\xff", bytes(4)))
        return bytes(made)

    def arguments(self, kind: str, file: Path) -> list[str]:
        """The command that checks one kind."""
        if kind in ("bundle", "refitted"):
            return ["audit", "verify", str(file)]
        if kind == "checkpoint":
            return ["--store", str(self.store), "ledger", "verify", "--checkpoint", str(file)]
        return ["retention", "verify", "--certificate", str(file)]

    def outcome(self, kind: str, seed: int, *, process: bool = False) -> str:
        """`refused`, `intact` where it still says the same, or what went wrong."""
        data = self.mutated(kind, seed)
        file = self.folder / ("m.zip" if kind in ("bundle", "refitted") else "m.html" if kind == "page" else "m.json")
        file.write_bytes(data)
        asked = self.arguments(kind, file)
        if process:
            done = subprocess.run(
                [sys.executable, "-m", "occ_media_cli", *asked], capture_output=True, text=True, check=False
            )
            code, err = done.returncode, done.stderr
        else:
            code, _, err = command(*asked)
        if code not in TOLD or "Traceback" in err:
            return f"wrong: exit {code}: {err[-500:]}"
        if code:
            return "refused"
        return (
            "intact"
            if kind == "refitted" or self.same(kind, file, data)
            else "wrong: it verifies, and says something else"
        )

    def same(self, kind: str, file: Path, data: bytes) -> bool:
        """Whether changed evidence says what it said."""
        if kind == "bundle":
            return contents(file) == self.contents
        if kind == "checkpoint":
            mark = json.loads(data)
            said = {key: mark.get(key) for key in ("schema", "seq", "head", "store", "entries")}
            times.parse(mark["made"])  # a claim, which nothing proves
            return all(self.mark[key] == value or (key in ("head", "store") and str(value).lower() == self.mark[key])
                       for key, value in said.items())  # fmt: skip
        from occ_media_cli.retention.certificate_check import load_certificate

        return load_certificate(data, str(file)) == load_certificate(self.data[kind], str(file))


def contents(file: Path) -> dict[str, bytes] | None:
    """What a reader of archives sees of a bundle."""
    try:
        with zipfile.ZipFile(file) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
        return None


KINDS = ("bundle", "refitted", "checkpoint", "certificate", "page")
