"""A disk that loses, at a power cut, any part of what was not synced: SQLite's files in memory, through apsw."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512


class PowerCut(Exception):
    """The machine stops here."""


class Disk:
    """Files by name: what is durable, what programs see, and the writes between the two."""

    def __init__(self, cut_after: int, rng: random.Random) -> None:
        self.durable: dict[str, bytearray] = {}
        self.current: dict[str, bytearray] = {}
        self.pending: dict[str, list[tuple[int, bytes | None]]] = {}
        self.writes = 0
        self.cut_after = cut_after
        self.rng = rng

    def put(self, name: str, data: bytes) -> None:
        self.durable[name], self.current[name], self.pending[name] = bytearray(data), bytearray(data), []

    def touch(self) -> None:
        """Called before each write; the cut comes at its number."""
        self.writes += 1
        if self.writes > self.cut_after:
            raise PowerCut

    def after_cut(self) -> dict[str, bytes]:
        """What is found when the power is back: everything synced, and of the rest any sectors of any writes."""
        found = {}
        for name, durable in self.durable.items():
            data = bytearray(durable)
            for offset, piece in self.pending[name]:
                if piece is None:
                    if self.rng.random() < 0.5:
                        del data[offset:]
                    continue
                for start in range(0, len(piece), SECTOR):
                    if self.rng.random() < 0.5:
                        continue
                    part = piece[start : start + SECTOR]
                    place = offset + start
                    if len(data) < place:
                        data.extend(bytes(place - len(data)))
                    data[place : place + len(part)] = part
            found[name] = bytes(data)
        return found


class LossyFile:
    def __init__(self, disk: Disk, name: str) -> None:
        self.disk, self.name = disk, name
        if name not in disk.current:
            disk.put(name, b"")

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 - SQLite's names
        return bytes(self.disk.current[self.name][offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self.disk.touch()
        current = self.disk.current[self.name]
        if len(current) < offset:
            current.extend(bytes(offset - len(current)))
        current[offset : offset + len(data)] = data
        self.disk.pending[self.name].append((offset, bytes(data)))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self.disk.touch()
        del self.disk.current[self.name][size:]
        self.disk.pending[self.name].append((size, None))

    def xSync(self, _flags: int) -> None:  # noqa: N802
        self.disk.touch()
        self.disk.durable[self.name] = bytearray(self.disk.current[self.name])
        self.disk.pending[self.name].clear()

    def xFileSize(self) -> int:  # noqa: N802
        return len(self.disk.current[self.name])

    def xSectorSize(self) -> int:  # noqa: N802
        return SECTOR

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return 0

    def xLock(self, _level: int) -> None:  # noqa: N802
        return

    def xUnlock(self, _level: int) -> None:  # noqa: N802
        return

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, _op: int, _pointer: int) -> bool:  # noqa: N802
        return False

    def xClose(self) -> None:  # noqa: N802
        return


class LossySystem(apsw.VFS):
    """The file system that SQLite sees."""

    def __init__(self, name: str, disk: Disk) -> None:
        self.disk = disk
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: Any) -> LossyFile:  # noqa: N802
        return LossyFile(self.disk, name.filename() if hasattr(name, "filename") else str(name))

    def xAccess(self, name: str, _flags: int) -> bool:  # noqa: N802
        return name in self.disk.current

    def xDelete(self, name: str, _sync: bool) -> None:  # noqa: N802
        self.disk.current.pop(name, None)
        self.disk.durable.pop(name, None)
        self.disk.pending.pop(name, None)

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name


class Connection:
    """apsw under the names of the standard library's module, as far as the ledger uses them."""

    def __init__(self, path: Path, system: str, *, synchronous: str) -> None:
        self._connection = apsw.Connection(str(path), vfs=system)
        self.execute("PRAGMA locking_mode=EXCLUSIVE")  # so that the index of the log needs no shared memory
        self.execute("PRAGMA journal_mode=WAL")
        self.execute(f"PRAGMA synchronous={synchronous}")
        self.execute("PRAGMA wal_autocheckpoint=20")

    def execute(self, sql: str, values: Any = ()) -> Any:
        return self._connection.execute(sql, values)

    def executemany(self, sql: str, rows: Any) -> Any:
        return self._connection.executemany(sql, rows)

    @property
    def in_transaction(self) -> bool:
        return bool(self._connection.in_transaction)

    def close(self) -> None:
        self._connection.close(True)
