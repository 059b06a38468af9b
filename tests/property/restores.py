"""Random histories of a store with backups in between, and backups put back: what must never be lost by that."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
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
        """Customers of whom nothing may ever come back: every row of theirs was in the store that erased them."""
        self.keys: dict[str, tuple[str, str]] = {}
        """Every entry there ever was by its key: the path of its file, and its customer."""
        self.erased_keys: set[str] = set()
        self.sources: list[Path] = []
        self.placed: dict[str, str] = {}
        """Holds that nobody has released, each with its reason."""
        self.released: set[str] = set()
        self.customers: list[str] = []
        self.inboxes = ["inbox"]
        self.number = 0
        self.held = self.lost_restores = self.restores = 0
        self.rescued: dict[str, str] = {}
        """Files that were brought back from quarantine, each with the plan that had taken it."""
        self.occ("retention", "set", "inbox", "--remove-after", "30d")

    said = ""
    """What the last command said on stderr."""

    def occ(self, *words: str, allowed: tuple[int, ...] = (0,), actor: str = "ann") -> tuple[int, str]:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err):
            code = run(["--store", str(self.store), "--actor", actor, *words])
        said = [stream.buffer.getvalue().decode() for stream in (out, err)]  # type: ignore[attr-defined]  # BytesIO
        assert code in allowed, f"{words}: {code}\n{''.join(said)}"
        self.said = said[1]
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
        source = self.folder / f"rows-{self.number}.ndjson"
        source.write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.occ("ledger", "ingest", "ndjson", str(source))
        self.sources.append(source)
        names = [row["id"] for row in rows]
        found = self.ask(f"SELECT key FROM record WHERE id IN {marks(names)} ORDER BY seq", names)
        for row, (key,) in zip(rows, found, strict=True):
            self.keys[str(key)] = (str(row["path"]), str(row["customer"]))

    def entries_again(self) -> None:
        """A source is read again: what was erased or purged stays so."""
        if self.sources:
            # 3: an inbox that the store does not have any more
            self.occ("ledger", "ingest", "ndjson", str(self.random.choice(self.sources)), allowed=(0, 3))
            self.check_erased()
            self.check_files()

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
        name, reason = f"hold-{self.number}", f"case {self.number}"
        code, _ = self.occ("hold", "add", "--name", name, *words, "--reason", reason, allowed=(0, 11))
        if code == 0:
            self.placed[name] = reason

    def release(self) -> None:
        names = [hold["hold"] for hold in self.holds()]
        if names:
            name = self.random.choice(names)
            self.occ("hold", "release", name, "--reason", "settled")
            first = name.partition(" (")[0]
            if not any(hold["hold"].partition(" (")[0] == first for hold in self.holds()):
                self.released.add(first)
                del self.placed[first]

    def erase(self) -> None:
        if self.customers:
            who = self.customers.pop(self.random.randrange(len(self.customers)))
            # 1: a copy of the store from before a restore has it still; 13: a hold keeps it
            code, out = self.occ("ledger", "erase", "--customer", who, "--reason", "request 1", allowed=(0, 1, 13))
            if code == 0 or (code == 1 and "nothing to erase was found" not in out):
                there = {str(key) for (key,) in self.ask("SELECT r.key FROM record r JOIN erased e USING (seq)")}
                rows = {key for key, (_, customer) in self.keys.items() if customer == who}
                self.erased_keys |= there
                if rows <= there | self.erased_keys:
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

    def ask(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        with closing(connect.connect(self.ledger, writable=False)) as connection:
            return connection.execute(query, values).fetchall()

    def ids(self) -> list[str]:
        return [row[0] for row in self.ask("SELECT id FROM record WHERE kind = 0 AND id IS NOT NULL")]

    def check_erased(self) -> None:
        """No erased entry has its values, and of no erased customer a byte is left."""
        back = {str(key) for (key,) in self.ask("SELECT key FROM record WHERE id IS NOT NULL")} & self.erased_keys
        assert not back, f"erased entries are back: {[self.keys.get(key) for key in back]}"
        for file in self.folder.glob(f"{self.ledger.name}*"):
            if "before-restore" not in file.name:
                data = file.read_bytes()
                for who in self.erased:
                    assert who.encode() not in data, f"{who} is back in {file.name}"

    def check_files(self) -> None:
        """The ledger knows of every file that is gone, and of none that is there that it is gone."""
        gone = {str(key): bool(away) for key, away in self.ask(_GONE)}
        for key, away in gone.items():
            path = self.keys[key][0]
            there = (self.root / path).exists()
            assert there != away, f"{path} is {'there' if there else 'gone'}, and the ledger says something else"

    def check_holds(self, told: str) -> None:
        """Every hold that nobody released holds, and one that was released holds only where the restore tells it."""
        now = self.holds()
        names = {hold["hold"].partition(" (")[0] for hold in now}
        assert self.placed.keys() <= names, f"holds were lost: {self.placed.keys() - names}"
        for name in self.released & names:
            assert f"note: hold {name}" in told, f"the release of {name} was lost"
            self.released.discard(name)
            self.placed[name] = ""

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
        self.restores += 1
        reasons, covered, gone, erased = self.facts()
        code, _ = self.occ("store", "restore", str(backup), allowed=(0, 13))
        told = self.said
        if code == 13:
            assert self.facts() == (reasons, covered, gone, erased), "a refusal changes nothing"
            self.occ("store", "restore", str(backup), "--accept-loss", "the disk failed")
            told = self.said
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
            first = name.partition(" (")[0]  # the number that keeps names apart is another one after each restore
            again = [other for other in covers_now if other.partition(" (")[0] == first]
            assert reason in [after[other] for other in again], f"hold {name} was lost"
            now = set().union(*(covers_now[other] for other in again))
            assert covered[name] & there <= now, f"hold {name} covers less"
        assert len(after) == len(set(self.scopes().values())), "a hold was placed twice"
        self.held += len(reasons)
        assert gone & there <= gone_now, "a file is gone and the ledger does not know"
        assert erased & keys <= erased_now, "an erased record came back"
        self.check_holds(told)
        self.check_erased()
        self.check_files()
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


_GONE = """
SELECT r.key, coalesce(a.deleted, r.deleted) IS NOT NULL OR coalesce(g.state, 'restored') <> 'restored'
FROM record r LEFT JOIN amendment a USING (seq) LEFT JOIN removal g USING (seq) WHERE r.kind = 0"""


def marks(values: Sequence[object]) -> str:
    return f"({', '.join('?' * len(values))})"


def history(folder: Path, kind: str, seed: int, rounds: int = 2, *, in_a_row: int = 3) -> History:
    """One random history with restores in it, every one of them checked; up to so many of them in a row, of whatever
    backups there are."""
    random = Random(seed)
    made = History(folder, kind, random)
    steps = [made.entries] * 3 + [made.hold] * 3 + [made.erase, made.purge, made.release, made.setting, made.inbox]
    steps.append(made.entries_again)
    for _ in range(rounds):
        for _ in range(random.randint(1, 5)):
            random.choice(steps)()
        made.backup()
        for _ in range(random.randint(0, 6)):
            random.choice([*steps, made.backup])()
        for _ in range(random.randint(1, in_a_row)):
            made.restore()
            if random.random() < 0.3:
                random.choice(steps)()
    return made
