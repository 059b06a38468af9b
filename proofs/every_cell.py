"""Every cell of a store with rows of every kind, changed to every other value of its type: a verification says so."""

from __future__ import annotations

import sys
import tempfile
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.unit.ledger import tampering
from tests.unit.ledger.moving import keys_move_after
from tests.unit.ledger.verify.test_every_cell import TABLES, filled, missed_changes

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, keys_move_after(8):
        with closing(filled(Path(folder)).connection) as connection:
            image = tampering.image(connection)
        unnoticed = 0
        for table in TABLES:
            missed, tried, columns = missed_changes(image, table, all_values=True)
            unnoticed += len(missed) + len(columns - tried)
            for column, value, other in missed:
                print(f"{table}.{column}: {value!r} became {other!r}, and nothing said so")
    print(f"{len(TABLES)} tables, {unnoticed} changes or columns unnoticed")
    raise SystemExit(1 if unnoticed else 0)
