"""Random histories of a store with backups in between, and backups put back: what must never be lost by that."""

from __future__ import annotations

import hashlib
import io
import json
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from occ_media_cli.__main__ import run
from occ_media_cli.ledger.verify.projections import Projection
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.retention import holds, retention_rows, stored_entries
from occ_media_cli.retention.evaluate import covers
from occ_media_cli.store import connect, temporary

MINE = Projection(retention_rows.KINDS, retention_rows.TABLES, retention_rows.apply)


class History:
    """One store and what was done to it. Every customer is known by a word that stands nowhere else."""

    def __init__(self, folder: Path, kind: str, random: Random) -> None:
        self.folder, self.random = folder, random
        self.root = folder / "media"
        self.root.mkdir()
        self.store = folder / f"s.{kind}"
        self.ledger = self.store.with_suffix(".ledger.db") if kind == "toml" else self.store
        self.backups: list[Path] = []
        self.erased: set[str] = set()
        self.customers: list[str] = []
        self.inboxes = ["inbox"]
        self.number = 0
        self.held = self.lost_restores = 0
        self.rescued: dict[str, str] = {}
        """Files that were brought back from quarantine, each with the plan that had taken it."""
        self.occ("retention", "set", "inbox", "--remove-after", "30d")

    def occ(self, *words: str, allowed: tuple[int, ...] = (0,), actor: str = "ann") -> tuple[int, str]:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err):
            code = run(["--store", str(self.store), "--actor", actor, *words])
        said = [stream.buffer.getvalue().decode() for stream in (out, err)]  # type: ignore[attr-defined]  # BytesIO
        assert code in allowed, f"{words}: {code}\n{''.join(said)}"
        return code, said[0]

    # What may happen

    def entries(self) -> None:
        """Some files arrive, of old customers and of a new one."""
        if not self.customers or self.random.random() < 0.4:
            self.number += 1
            self.customers.append(f"customer-{self.number}-{self.random.getrandbits(48):012x}")
        rows = []
        for _ in range(self.random.randint(1, 4)):
            self.number += 1
            data = f"file {self.number}".encode()
            (self.root / f"f{self.number}.txt").write_bytes(data)
            rows.append({
                "id": f"w.{self.number}", "time": f"2026-01-{self.random.randint(1, 28):02d}T10:00:00.000Z",
                "inbox": self.random.choice(self.inboxes), "direction": "receive", "name": f"f{self.number}.txt",
                "customer": self.random.choice(self.customers), "conversation": f"c{self.random.randint(1, 3)}",
                "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "path": f"f{self.number}.txt",
            })  # fmt: skip
        source = self.folder / "rows.ndjson"
        source.write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.occ("ledger", "ingest", "ndjson", str(source))

    def inbox(self) -> None:
        self.number += 1
        self.inboxes.append(f"inbox-{self.number}")
        self.occ("inbox", "add", self.inboxes[-1])

    def setting(self) -> None:
        self.occ(
            "set", self.random.choice(self.inboxes), "--receive", self.random.choice(["on", "off"]), allowed=(0, 11)
        )

    def hold(self) -> None:
        self.number += 1
        scope = [["--inbox", self.random.choice(self.inboxes)], ["--since", "2026-01-10"], ["--conversation", "c1"]]
        if self.customers:
            scope.append(["--customer", self.random.choice(self.customers)])
        known = self.ids()
        if known:
            scope.append(["--entry", self.random.choice(known)])
        words = self.random.choice(scope)
        self.occ(
            "hold", "add", "--name", f"hold-{self.number}", *words, "--reason", f"case {self.number}", allowed=(0, 11)
        )

    def release(self) -> None:
        names = [hold["hold"] for hold in self.holds()]
        if names:
            self.occ("hold", "release", self.random.choice(names), "--reason", "settled")

    def erase(self) -> None:
        if self.customers:
            who = self.customers.pop(self.random.randrange(len(self.customers)))
            # 1: a copy of the store from before a restore has it still; 13: a hold keeps it
            code, out = self.occ("ledger", "erase", "--customer", who, "--reason", "request 1", allowed=(0, 1, 13))
            if code == 0 or (code == 1 and "nothing to erase was found" not in out):
                self.erased.add(who)

    def purge(self) -> None:
        _, out = self.occ("retention", "plan", "--root", str(self.root), "--format", "json")
        plan = json.loads(out)["plan"]
        self.occ("retention", "approve", plan, actor="bob")
        # 1: some were kept; 13: nothing of it may go any more
        self.occ("retention", "purge", plan, "--root", str(self.root), "--max-delete", "100%", allowed=(0, 1, 13))
        self.rescued = {name: by for name, by in self.rescued.items() if (self.root / name).exists()}
        if self.random.random() < 0.4:
            self.bring_back(plan)
        if self.random.random() < 0.4:
            later = ("--now", "2031-01-01T00:00:00Z")
            self.occ(*later, "retention", "purge", "--finish", "--root", str(self.root), allowed=(0, 1, 13))

    def bring_back(self, plan: str) -> None:
        """Somebody brings one of the files back that a plan took."""
        with closing(connect.connect(self.ledger, writable=False)) as connection:
            waiting = connection.execute(
                "SELECT r.id, r.path FROM removal g JOIN plan_state p ON p.number = g.plan JOIN record r USING (seq)"
                " WHERE g.state = 'quarantined' AND p.plan = ? AND r.id IS NOT NULL AND r.path IS NOT NULL",
                (plan,),
            ).fetchall()
        if waiting:
            name, path = self.random.choice(waiting)
            code, _ = self.occ("retention", "restore", name, "--root", str(self.root), allowed=(0, 13))
            if code == 0:
                self.rescued[path] = plan

    def backup(self) -> None:
        self.backups.append(self.folder / f"{len(self.backups)}.backup")
        self.occ("store", "backup", str(self.backups[-1]))

    # What is true of it

    def holds(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.occ("hold", "list", "--format", "json")[1])["holds"]
        return found

    def ids(self) -> list[str]:
        with closing(connect.connect(self.ledger, writable=False)) as connection:
            return [row[0] for row in connection.execute("SELECT id FROM record WHERE kind = 0 AND id IS NOT NULL")]

    def facts(self) -> tuple[dict[str, str], dict[str, set[str]], set[str], set[int]]:
        """Holds with their reasons, what each covers, entries whose files went, and keys of erased records."""
        with closing(connect.connect(self.ledger, writable=False)) as connection:
            rows = connection.execute("SELECT hold, reason FROM hold WHERE released_ms IS NULL").fetchall()
            every = list(stored_entries.entries(connection, "r.kind = 0", []))
            keys = dict(connection.execute("SELECT seq, key FROM record"))
            covered = {
                hold.name: {str(keys[entry.seq]) for entry in every if covers(hold, entry)}
                for hold in holds.unreleased(connection)
            }
            gone = {
                str(keys[seq]) for (seq,) in connection.execute("SELECT seq FROM removal WHERE state <> 'restored'")
            }
            gone |= {str(keys[entry.seq]) for entry in every if entry.deleted is not None}
            erased = {row[0] for row in connection.execute("SELECT r.key FROM record r JOIN erased e USING (seq)")}
        return dict(rows), covered, gone, erased

    def scopes(self) -> dict[str, str]:
        """What each unreleased hold is, without the number that keeps names apart."""
        with closing(connect.connect(self.ledger, writable=False)) as connection:
            return {
                hold.name: f"{hold.name.partition(' (')[0]} {replace(hold, name='', number=0)}"
                for hold in holds.unreleased(connection)
            }

    def restore(self) -> None:
        """Put a backup back, and compare with what was true before."""
        backup = self.random.choice(self.backups)
        reasons, covered, gone, erased = self.facts()
        code, _ = self.occ("store", "restore", str(backup), allowed=(0, 13))
        if code == 13:
            assert self.facts() == (reasons, covered, gone, erased), "a refusal changes nothing"
            self.occ("store", "restore", str(backup), "--accept-loss", "the disk failed")
            self.lost_restores += 1
            code, out = self.occ("audit", "--rule", "store-rolled-back", "--format", "json", allowed=(1,))
            assert "the disk failed" in out
        after, covers_now, gone_now, erased_now = self.facts()
        with closing(connect.connect(self.ledger, writable=False)) as connection:
            there = {str(key) for (key,) in connection.execute("SELECT key FROM record WHERE kind = 0")}
            keys = {key for (key,) in connection.execute("SELECT key FROM record")}
            problems = verify_ledger(connection, projections=[MINE]).problems
        assert not problems, problems
        for name, reason in reasons.items():
            assert after.get(name) == reason, f"hold {name} was lost"
            now = set().union(*(covers_now[other] for other in covers_now if other.partition(" (")[0] == name))
            assert covered[name] & there <= now, f"hold {name} covers less"
        assert len(after) == len(set(self.scopes().values())), "a hold was placed twice"
        self.held += len(reasons)
        assert gone & there <= gone_now, "a file is gone and the ledger does not know"
        assert erased & keys <= erased_now, "an erased record came back"
        for file in self.folder.glob(f"{self.ledger.name}*"):
            if "before-restore" not in file.name:
                data = file.read_bytes()
                for who in self.erased:
                    assert who.encode() not in data, f"{who} is back in {file.name}"
        assert not temporary.left(self.folder), "a copy was left"
        for path, plan in self.rescued.items():
            # 11: the backup does not have the plan; 13: it is not approved there, or nothing of it may go any more
            words = ("retention", "purge", plan, "--root", str(self.root), "--max-delete", "100%")
            self.occ(*words, allowed=(0, 1, 11, 13))
            assert (self.root / path).exists(), f"{path} was brought back, and its plan took it again"
        self.customers = [who for who in self.customers if who not in self.erased]
        with closing(connect.connect(self.ledger, writable=False)) as connection:
            names = connection.execute("SELECT name FROM inbox_state WHERE removed IS NULL").fetchall()
        self.inboxes = [name for (name,) in names]


def history(folder: Path, kind: str, seed: int, rounds: int = 2) -> History:
    """One random history with restores in it, every one of them checked."""
    random = Random(seed)
    made = History(folder, kind, random)
    steps = [made.entries] * 3 + [made.hold] * 3 + [made.erase, made.purge, made.release, made.setting, made.inbox]
    for _ in range(rounds):
        for _ in range(random.randint(1, 5)):
            random.choice(steps)()
        made.backup()
        for _ in range(random.randint(0, 6)):
            random.choice([*steps, made.backup])()
        made.restore()
    return made
