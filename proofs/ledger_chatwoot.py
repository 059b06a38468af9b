"""50,000 attachments of a real Chatwoot database: all recorded, and a second run reads only what is new.

    python proofs/ledger_chatwoot.py [--count 50000] [--more 500]

Starts a PostgreSQL server of its own. Exits 1 unless every attachment is an entry, the second run reads the new ones
only, nothing was written to the database, and the ledger verifies.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.store.locate import at
from occ_media_cli.store.open import changing
from tests.unit.ledger import filled, postgres
from tests.unit.ledger.conftest import STAMP

ROWS = """
INSERT INTO messages (id, inbox_id, conversation_id, message_type, status, sender_type, sender_id)
SELECT n, 3, 10, CASE n % 4 WHEN 0 THEN 1 ELSE 0 END, 1, CASE n % 4 WHEN 0 THEN 'User' ELSE 'Contact' END, 1
FROM generate_series({first}, {last}) n;
INSERT INTO attachments (id, file_type, message_id, created_at)
SELECT n, n % 4, n, timestamp '2026-03-01' + n * interval '1 second' FROM generate_series({first}, {last}) n;
INSERT INTO active_storage_blobs (id, key, filename, content_type, byte_size, checksum, service_name)
SELECT n, md5(n::text), 'file-' || n || '.pdf', 'application/pdf', n, encode(decode(md5(n::text), 'hex'), 'base64'),
  'local'
FROM generate_series({first}, {last}) n;
INSERT INTO active_storage_attachments (name, record_type, record_id, blob_id)
SELECT 'file', 'Attachment', n, n FROM generate_series({first}, {last}) n;
"""

WRITTEN = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables"


def written(connection: Any) -> int:
    """Rows that were ever written, once the server has counted them."""
    connection.execute("SELECT pg_stat_force_next_flush()")
    return int(connection.execute(WRITTEN).fetchone()[0])


def main() -> int:
    """Read twice."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--more", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres.cluster() as (address, connection):
        connection.execute(postgres.SCHEMA)
        connection.execute(ROWS.format(first=1, last=options.count))
        connection.execute("ANALYZE")
        time.sleep(1)
        before = written(connection)
        path = filled.store(Path(folder), 0)
        with changing(at(path, explicit=True), STAMP) as store:
            figures = []
            for more in (0, options.more):
                if more:
                    connection.execute(ROWS.format(first=options.count + 1, last=options.count + more))
                begin = time.monotonic()
                counts = ingest(store.ledger, "chatwoot", address, accounts={"3": "lab"}, stamp=STAMP).counts
                took = time.monotonic() - begin
                figures.append((counts.read, counts.new, counts.refused))
                print(f"{counts.read:,} read, {counts.new:,} new, {counts.refused} refused in {took:.1f} s", flush=True)
                if not more:
                    time.sleep(1)
                    untouched = written(connection) == before
        look = sqlite3.connect(path, isolation_level=None)
        intact = verify_ledger(look).intact
        look.close()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"nothing written to the database: {untouched}; the ledger verifies: {intact}; peak memory {peak} MB")
    right = figures == [(options.count, options.count, 0), (options.more, options.more, 0)]
    return 0 if right and untouched and intact else 1


if __name__ == "__main__":
    raise SystemExit(main())
