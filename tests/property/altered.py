"""Stores altered behind the program's back, in every way that a file of SQLite can be: none may be believed.

A store is filled by commands so that every table has rows. Then one thing is changed by SQL or in the bytes, past the
triggers, which are put back; `judged` asks the program what it makes of it. `KINDS` lists the ways, and `alterations`
gives each way of each kind on this store.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from tests.property.forgeries import command

Alter = Callable[[Path], None]
"""Changes the SQLite file at this path."""

NOW = "2026-11-24"


def fill(folder: Path, document: bool) -> Path:
    """A store in which every table that a report reads has rows. document: settings in a TOML document."""
    store = folder / ("s.toml" if document else "s.db")
    media = folder / "media"
    media.mkdir()

    def do(now: str, *arguments: str, actor: str = "dana", wanted: tuple[int, ...] = (0,)) -> str:
        code, out, err = command("--store", str(store), "--now", now, "--actor", actor, "--yes", *arguments)
        assert code in wanted, (arguments, code, out, err)
        return out

    if document:
        store.write_text('[inboxes.vip]\nchannels = ["whatsapp-cloud"]\ntags = ["sensitive"]\n[inboxes.lab]\n')
        do("2026-01-01", "set", "vip", "--description", "x")
    else:
        do("2026-01-01", "inbox", "add", "vip", "--tag", "sensitive", "--channel", "whatsapp-cloud")
        do("2026-01-01", "inbox", "add", "lab")
    do("2026-01-02", "set", "vip", "--receive", "off", "--reason", "closed")
    do("2026-01-02", "set", "lab", "--send", "off", "--for", "30d", "--reason", "box")
    do("2026-01-03", "agent", "add", "mona", "--role", "agent", "--inbox", "vip")
    do("2026-01-03", "agent", "deny", "mona", "send", "--inbox", "vip")
    do("2026-01-04", "retention", "set", "default", "--remove-after", "90d")
    rows = []
    for number in range(12):
        body = f"file {number % 9}".encode()
        (media / f"{number}.txt").write_bytes(body)
        rows.append({
            "id": f"m{number}", "time": f"2026-02-{number + 1:02}T10:00:00Z", "inbox": "vip" if number % 2 else "lab",
            "direction": "receive" if number % 3 else "send", "agent": None if number % 3 else "mona", "name": f"{number}.txt",
            "customer": f"1650555{1000 + number}", "conversation": f"c{number % 4}", "channel": "whatsapp-cloud",
            "declared": "text/plain", "size": len(body), "sha256": sha256(body).hexdigest(), "path": f"{number}.txt",
            "outcome": "blocked" if number == 5 else "delivered", "reason": "media-off" if number == 5 else None,
            "md5": "0" * 32 if number == 4 else None,
        })  # fmt: skip
    rows += [{"id": "k1", "time": "2026-02-20T10:00:00Z", "corrects": "m2", "outcome": "failed", "reason": "late"},
             {"id": "k2", "time": "2026-02-20T10:00:00Z", "corrects": "m3", "detected": "pdf"}]  # fmt: skip
    source = folder / "rows.ndjson"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    do("2026-03-01", "ledger", "ingest", "ndjson", str(source))
    do("2026-03-02", "ledger", "flag", "m1", "--reason", "odd")
    do("2026-03-02", "customer", "alias", "add", "16505551001", "x@example.com", "--reason", "same")
    do(
        "2026-03-03",
        "hold",
        "add",
        "--name",
        "h1",
        "--inbox",
        "vip",
        "--inbox",
        "lab",
        "--customer",
        "16505551003",
        "--reason",
        "court",
    )
    do("2026-03-03", "hold", "add", "--name", "h2", "--conversation", "c2", "--reason", "court")
    do("2026-03-04", "hold", "release", "h2", "--reason", "over")
    do("2026-03-05", "ledger", "erase", "--customer", "16505551007", "--reason", "gdpr", wanted=(0, 1))
    plan = do("2026-11-01", "retention", "plan", "--root", str(media), "--format", "json")
    name = json.loads(plan)["plan"]
    do("2026-11-02", "retention", "approve", name, actor="kim")
    (media / "8.txt").write_text("other")  # refused: it is not what was planned
    do("2026-11-03", "retention", "purge", name, "--root", str(media), "--max-delete", "100%", wanted=(0, 1))
    (media / "late.txt").write_text("orphan")
    do("2026-11-04", "retention", "verify", "--root", str(media), wanted=(0, 1))
    do("2026-11-05", "ledger", "verify")
    do("2026-11-06", "retention", "plan", "--root", str(media))
    return store


def database(store: Path) -> Path:
    """The SQLite file of a store: itself, or the ledger beside a document."""
    if store.suffix != ".toml":
        return store
    (found,) = (path for path in store.parent.iterdir() if path.suffix == ".db" or path.name.endswith(".ledger"))
    return found


def settle(store: Path) -> None:
    """Everything in the one file, so that a copy of it is the whole."""
    with closing(sqlite3.connect(database(store))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def open_past_triggers(path: Path) -> Iterator[sqlite3.Connection]:
    """The file without its triggers, which stand there again behind."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        yield connection
        for _, text in triggers:
            with suppress(sqlite3.Error):  # of a table that is gone
                connection.execute(text)


def sql(*statements: str) -> Alter:
    """Statements past the triggers."""

    def alter(path: Path) -> None:
        with open_past_triggers(path) as connection:
            for statement in statements:
                connection.execute(statement)

    return alter


def plain(*statements: str) -> Alter:
    """Statements on the schema as it is."""

    def alter(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    return alter


def written(*statements: str) -> Alter:
    """Statements on the text of the schema itself."""

    def alter(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA writable_schema=ON")
            for statement in statements:
                connection.execute(statement)
            (version,) = connection.execute("PRAGMA schema_version").fetchone()
            connection.execute(f"PRAGMA schema_version = {version + 1}")

    return alter


def objects(path: Path, kind: str) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite_%' ORDER BY name", (kind,)
        ).fetchall()


def columns(path: Path, table: str) -> list[tuple[str, str, bool]]:
    """(name, type, part of the key) of each column that is stored."""
    with closing(sqlite3.connect(path)) as connection:
        return [(row[1], row[2], bool(row[5])) for row in connection.execute(f'PRAGMA table_xinfo("{table}")')]


def another(value: Any, kind: str, rng: Random) -> Any:
    """A value that the column may hold and that is not the one there."""
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:] if value else b"x"
    if isinstance(value, int):
        return value + rng.choice((1, -1)) if kind != "BLOB" else b"x"
    if isinstance(value, str):
        if value.startswith(("{", "[")):
            digits = [place for place, letter in enumerate(value) if letter.isalnum()]
            place = rng.choice(digits) if digits else 0
            return value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :] if digits else value + " "
        return value[:-1] + ("a" if value[-1:] != "a" else "b") if value else "x"
    return {"INTEGER": 1, "TEXT": "x", "BLOB": b"x" * 32}.get(kind, 1)


def cell(table: str, column: str, kind: str, seed: int) -> Alter:
    """Another value in one cell; where the table's own rules refuse it, in the next row that takes one."""

    def alter(path: Path) -> None:
        rng = Random(seed)
        keys = [name for name, _, key in columns(path, table) if key] or ["rowid"]
        names = ", ".join(f'"{name}"' for name in keys)
        with open_past_triggers(path) as connection:
            rows = connection.execute(f'SELECT {names}, "{column}" FROM "{table}"').fetchall()
            rng.shuffle(rows)
            match = " AND ".join(f'"{name}" IS ?' for name in keys)
            for *place, value in rows:
                for tried in (another(value, kind, rng), another(None, kind, rng), 0, 7, None):
                    if tried == value and type(tried) is type(value):
                        continue
                    with suppress(sqlite3.IntegrityError):
                        done = connection.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE {match}', (tried, *place))
                        if done.rowcount:
                            return
        raise Impossible(f"no other value fits {table}.{column}")

    return alter


class Impossible(Exception):
    """The table's own rules refuse the change."""


def row_gone(table: str, last: bool) -> Alter:
    def alter(path: Path) -> None:
        keys = [name for name, _, key in columns(path, table) if key] or ["rowid"]
        names, way = ", ".join(f'"{name}"' for name in keys), "DESC" if last else ""
        with open_past_triggers(path) as connection:
            order = ", ".join(f'"{name}" {way}' for name in keys)
            place = connection.execute(f'SELECT {names} FROM "{table}" ORDER BY {order} LIMIT 1').fetchone()
            match = " AND ".join(f'"{name}" IS ?' for name in keys)
            connection.execute(f'DELETE FROM "{table}" WHERE {match}', place)

    return alter


def row_more(table: str) -> Alter:
    """A row like another one, with another key."""

    def alter(path: Path) -> None:
        known = columns(path, table)
        with open_past_triggers(path) as connection:
            names = ", ".join(f'"{name}"' for name, _, _ in known)
            for row in connection.execute(f'SELECT {names} FROM "{table}"').fetchall():
                for change in range(len(known)):
                    made = list(row)
                    if isinstance(made[change], int):
                        made[change] += 1_000
                    elif made[change] is not None:
                        made[change] = another(made[change], known[change][1], Random(1))
                    else:
                        continue
                    with suppress(sqlite3.IntegrityError):
                        marks = ", ".join("?" * len(made))
                        connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', made)
                        return
        raise Impossible(f"no other row fits {table}")

    return alter


def has_rows(path: Path, name: str, text: str) -> bool:
    """Whether an index has rows."""
    where = text.partition(" WHERE ")[2] or "1"
    with closing(sqlite3.connect(path)) as connection:
        (table,) = connection.execute("SELECT tbl_name FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        asked = f'SELECT EXISTS (SELECT 1 FROM "{table}" NOT INDEXED WHERE {where})'
        return bool(connection.execute(asked).fetchone()[0])


def filtered(name: str, text: str) -> Alter:
    """A view that leaves rows out."""
    inner = text.split(" AS ", 1)[1]
    return plain(f'DROP VIEW "{name}"', f'CREATE VIEW "{name}" AS SELECT * FROM ({inner}) LIMIT 0')


def in_the_log(alter: Alter) -> Alter:
    """The same change, but it stands in a write-ahead log beside a file that was not touched."""

    def planted(path: Path) -> None:
        whole = path.read_bytes()
        work = path.with_name("work.db")
        work.write_bytes(whole)
        with closing(sqlite3.connect(work)) as held:
            held.execute("PRAGMA journal_mode=WAL")
            held.execute("PRAGMA wal_autocheckpoint=0")
            held.execute("BEGIN")
            held.execute("SELECT count(*) FROM sqlite_master").fetchone()  # a reader keeps the log from being folded in
            alter(work)
            shutil.copy(f"{work}-wal", f"{path}-wal")
            path.write_bytes(work.read_bytes())
        for name in (work, Path(f"{work}-wal"), Path(f"{work}-shm")):
            name.unlink(missing_ok=True)

    return planted


def in_a_hot_journal(old: bytes, new: bytes) -> Alter:
    """The file is right, and a journal beside it rolls pages back to what they never were: other bytes of that length."""

    def planted(path: Path) -> None:
        data = bytearray(path.read_bytes())
        size = int.from_bytes(data[16:18], "big")
        size = 65_536 if size == 1 else size
        data[18:20] = b"\1\1"  # the file says that it has no write-ahead log
        other = bytes(data).replace(old, new)
        assert len(old) == len(new)
        pages = [n for n in range(len(data) // size) if data[n * size :][:size] != other[n * size :][:size]]
        if not pages:
            raise Impossible("nothing of it stands in the file")
        nonce, sector = 7, 512
        head = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"".join(
            number.to_bytes(4, "big") for number in (len(pages), nonce, len(data) // size, sector, size)
        )
        body = head.ljust(sector, b"\0")
        for number in pages:
            page = bytes(other[number * size : number * size + size])
            check = (nonce + sum(page[place] for place in range(size - 200, 0, -200))) & 0xFFFFFFFF
            body += (number + 1).to_bytes(4, "big") + page + check.to_bytes(4, "big")
        for end in ("-wal", "-shm"):
            Path(f"{path}{end}").unlink(missing_ok=True)
        path.write_bytes(bytes(data))
        Path(f"{path}-journal").write_bytes(body)

    return planted


def flipped(seed: int) -> Alter:
    """One bit of the file, wherever it is."""

    def alter(path: Path) -> None:
        data, rng = bytearray(path.read_bytes()), Random(seed)
        data[rng.randrange(100, len(data))] ^= 1 << rng.randrange(8)
        path.write_bytes(data)

    return alter


BYTES = 60
SWALLOW = "BEGIN SELECT RAISE(IGNORE); END"


def alterations(path: Path) -> Iterator[tuple[str, str, Alter]]:
    """(kind, what, how) of every alteration of the store in this file."""
    tables = [name for name, _ in objects(path, "table")]
    with closing(sqlite3.connect(path)) as connection:
        rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}
    for table in tables:
        if rows[table]:
            for seed, (column, kind, _) in enumerate(columns(path, table)):
                yield "cell", f"{table}.{column}", cell(table, column, kind, seed)
            yield "row gone", f"first of {table}", row_gone(table, last=False)
            yield "row gone", f"last of {table}", row_gone(table, last=True)
            yield "row more", table, row_more(table)
            yield "table emptied", table, sql(f'DELETE FROM "{table}"')
        yield "column more", table, plain(f'ALTER TABLE "{table}" ADD COLUMN more TEXT')
        yield "generated column", table, plain(f'ALTER TABLE "{table}" ADD COLUMN made INTEGER AS (1) VIRTUAL')
        swallow = f'CREATE TRIGGER spy_{table} BEFORE INSERT ON "{table}" {SWALLOW}'
        yield "trigger that swallows", table, plain(swallow)
        yield "trigger of a temporary name", table, plain(swallow.replace(f"spy_{table}", f"temp_{table}"))
        yield (
            "index that answers",
            table,
            plain(f'CREATE INDEX mine_{table} ON "{table}" ("{columns(path, table)[0][0]}")'),
        )
    for name, text in objects(path, "view"):
        yield "view", name, filtered(name, text)
        yield "view gone", name, plain(f'DROP VIEW "{name}"')
        yield (
            "text of a view",
            name,
            written(f"UPDATE sqlite_master SET sql = replace(sql, 'SELECT', 'SELECT ') WHERE name = '{name}'"),
        )
        yield "table for a view", name, plain("PRAGMA legacy_alter_table = ON",
                                              f'CREATE TABLE keep_{name} AS SELECT * FROM "{name}" LIMIT 0', f'DROP VIEW "{name}"',
                                              f'ALTER TABLE keep_{name} RENAME TO "{name}"')  # fmt: skip
    for name, text in objects(path, "trigger"):
        yield "trigger gone", name, plain(f'DROP TRIGGER "{name}"')
        milder = re.sub(r"RAISE\s*\(ABORT[^)]*\)", "RAISE(IGNORE)", text)
        yield "trigger", name, plain(f'DROP TRIGGER "{name}"', milder if milder != text else f"{text} ")
    for name, text in objects(path, "index"):
        yield "index gone", name, plain(f'DROP INDEX "{name}"')
        if text:
            more = " AND 0" if " WHERE " in text else " WHERE 0"
            yield "index of no rows", name, plain(f'DROP INDEX "{name}"', text + more)
            if not has_rows(path, name, text):
                continue  # there is nothing that it could lack
            yield (
                "index emptied behind its text",
                name,
                chain(
                    plain(f'DROP INDEX "{name}"', text + more),
                    written(
                        f"UPDATE sqlite_master SET sql = '{text.replace(chr(39), chr(39) * 2)}' WHERE name = '{name}'"
                    ),
                ),
            )
    for first, second in pairwise(tables):
        yield "root pages", f"{first} and {second}", exchanged(first, second)
    for table in tables[:6]:
        yield (
            "text of a table",
            table,
            written(f"UPDATE sqlite_master SET sql = replace(sql, 'STRICT', '') WHERE name = '{table}'"),
        )
        yield (
            "rowids",
            table,
            written(
                f"UPDATE sqlite_master SET sql = CASE WHEN sql LIKE '%WITHOUT ROWID' THEN replace(sql, ', WITHOUT ROWID', '')"
                f" ELSE sql || ', WITHOUT ROWID' END WHERE name = '{table}'"
            ),
        )
    for number in (0, 1, 999, -1):
        yield "user_version", str(number), plain(f"PRAGMA user_version = {number}")
    for number in (0, 1, 2**31 - 1):
        yield "application_id", str(number), plain(f"PRAGMA application_id = {number}")
    for name in ("json_each", "pragma_table_info", "json_tree"):
        yield "name of a function", name, plain(f"CREATE TABLE {name} (value)")
    yield "virtual table", "entry_hold", plain("CREATE VIRTUAL TABLE spy USING fts5(x)", "DROP VIEW entry_hold",
                                               "ALTER TABLE spy RENAME TO entry_hold")  # fmt: skip
    for what, alter in (
        ("record.size", cell("record", "size", "INTEGER", 1)), ("setting_version.value", cell("setting_version", "value", "TEXT", 1)),
        ("a hold", cell("hold_state", "released", "INTEGER", 1)),
    ):  # fmt: skip
        yield "log planted beside", what, in_the_log(alter)
    for old, new in (
        (b'"receive":false', b'"receive":true '),
        (b"16505551003", b"16505551099"),
        (b"media-off", b"media-ofg"),
    ):
        yield "journal planted beside", old.decode(), in_a_hot_journal(old, new)
    for seed in range(BYTES):
        yield "a byte of the file", str(seed), flipped(seed)


def chain(*steps: Alter) -> Alter:
    def alter(path: Path) -> None:
        for step in steps:
            step(path)

    return alter


def exchanged(first: str, second: str) -> Alter:
    def alter(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            pages = dict(connection.execute("SELECT name, rootpage FROM sqlite_master"))
        written(
            f"UPDATE sqlite_master SET rootpage = {pages[second]} WHERE name = '{first}' AND type = 'table'",
            f"UPDATE sqlite_master SET rootpage = {pages[first]} WHERE name = '{second}' AND type = 'table'",
        )(path)

    return alter


def judged(store: Path, alter: Alter, folder: Path) -> tuple[str, str]:
    """What the program makes of an altered copy: `refused` before it reads, `altered` after, or `believed`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file in store.parent.iterdir():
        if file.is_file() and not file.name.endswith(("-wal", "-shm", ".ndjson")):
            shutil.copy(file, folder / file.name)
    copy = folder / store.name
    before = dump(database(copy))
    alter(database(copy))
    if not list(database(copy).parent.glob("*-wal")) and not list(database(copy).parent.glob("*-journal")):
        assert dump(database(copy)) != before, "nothing was altered"
    bundle = folder / "b.zip"
    code, out, err = command(
        "--store", str(copy), "--now", NOW, "--read-only", "audit", "--fail-on", "error", "--bundle", str(bundle)
    )
    if code == 70:
        return "bug", err
    if code == 10:
        return "refused", err.splitlines()[0]
    if code == 1 and "ledger-altered" in out and not bundle.exists():
        return "altered", out
    if content(database(copy)) == content(database(store)):
        return "equivalent", "every row and every text of the schema is what it was"
    return "believed", f"exit {code}, {'a bundle' if bundle.exists() else 'no bundle'}: {(out + err)[:300]}"


def content(path: Path) -> list[Any]:
    """Everything that a reader of a store can see: the schema, and each row of each table, through each index too."""
    found: list[Any] = []
    with closing(sqlite3.connect(path)) as connection:
        found += connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid").fetchall()
        found += [
            connection.execute(f"PRAGMA {name}").fetchone() for name in ("user_version", "application_id", "encoding")
        ]
        for kind, name, table, _ in list(found[:-3]):
            if kind == "table":
                found.append((name, connection.execute(f'SELECT * FROM "{name}" NOT INDEXED').fetchall()))
            elif kind == "index" and not name.startswith("sqlite_"):
                (text,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
                where = text.partition(" WHERE ")[2] or "1"
                asked = f'SELECT * FROM "{table}" INDEXED BY "{name}" WHERE {where}'
                found.append((name, connection.execute(asked).fetchall()))
    return found


def chosen(path: Path, count: int) -> list[tuple[str, str, Alter]]:
    """So many alterations of a store, of every kind and every table at least one, the same in every run."""
    every = list(alterations(path))
    Random(1).shuffle(every)
    found, seen = [], set()
    for item in every:
        marks = {item[0], *(table for table, _ in objects(path, "table") if re.search(rf"\b{table}\b", item[1]))}
        if marks - seen or (
            item[0] == "cell"
            and item[1].partition(".")[0] not in {w.partition(".")[0] for k, w, _ in found if k == "cell"}
        ):
            found.append(item)
            seen |= marks
    rest = [item for item in every if item not in found]
    return [*found, *rest][: max(count, 0)] if count < len(found) else [*found, *rest[: count - len(found)]]


def dump(path: Path) -> str:
    """Everything that a file of SQLite holds, by its pages."""
    return sha256(path.read_bytes()).hexdigest()
