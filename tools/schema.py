"""Writes `store/schema_digests.py` from the migrations: what a store of each schema version must look like.

python tools/schema.py            writes it; run it after a new migration
python tools/schema.py --check    ends with 1 where it is not what the migrations make
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
TARGET = HERE / "occ_media_cli" / "store" / "schema_digests.py"

HEAD = '''"""What each schema version changes. Made from the migrations by `python tools/schema.py`."""

from __future__ import annotations

CHANGES: dict[int, dict[str, str | None]] = {
'''


def versions() -> dict[int, dict[str, str]]:
    """The objects of every schema version with their digests, from running the migrations."""
    import sqlite3

    from sqlite_utils import Database

    from occ_media_cli.store.migrations import STEPS
    from occ_media_cli.store.schema import digest_of_object

    found: dict[int, dict[str, str]] = {}
    connection = sqlite3.connect(":memory:", isolation_level=None)
    database = Database(connection)
    for number, step in enumerate(STEPS, 1):
        step(database)
        rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        found[number] = {row[1].lower(): digest_of_object(*row) for row in rows if not row[1].startswith("sqlite_stat")}
    connection.close()
    return found


def text() -> str:
    """The module."""
    lines, before = [HEAD], dict[str, str]()
    for number, now in versions().items():
        changes = {name: digest for name, digest in now.items() if before.get(name) != digest}
        changes |= dict.fromkeys(before.keys() - now.keys())  # type: ignore[arg-type]  # None: it is gone
        lines.append(f"    {number}: {{\n")
        lines += [
            f'        "{name}": {digest and chr(34) + digest + chr(34)},\n' for name, digest in sorted(changes.items())
        ]
        lines.append("    },\n")
        before = now
    return "".join(
        [
            *lines,
            "}\n",
            '"""By schema version: the digest of each object that is new or changed, None for one that is gone."""\n',
        ]
    )


def main() -> int:
    """Write the module, or compare it."""
    made = text()
    if "--check" in sys.argv[1:]:
        if TARGET.read_text(encoding="utf-8") != made:
            print(f"{TARGET} is not what the migrations make: python tools/schema.py")
            return 1
        return 0
    TARGET.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    if not TARGET.exists():
        TARGET.write_text(f"{HEAD}}}\n", encoding="utf-8")
    raise SystemExit(main())
