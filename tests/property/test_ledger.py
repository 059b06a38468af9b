"""The quick way and the exact way into the ledger agree, and its JSON does not depend on a library."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from occ_media_cli.ledger import totals
from occ_media_cli.ledger.append.appender import Appender
from occ_media_cli.ledger.entry import Batch, EntryRow
from occ_media_cli.ledger.query import Filters, entries
from occ_media_cli.ledger.sources import ndjson
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.store import canonical
from tests.unit.ledger.filled import store

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TIMES = st.one_of(
    st.integers(-(10**13), 10**14),
    st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    st.builds(
        lambda moment, zone: moment.replace(microsecond=0).isoformat() + zone,
        st.datetimes(), st.sampled_from(["+02:00", "-11:30", "z", "+00:00"]),
    ),
    st.sampled_from(["2026-03-01", "2026-03-01T10:00:00", "2026-03-01t10:00:00,5Z", "2026-02-30T00:00:00Z"]),
)  # fmt: skip
ROWS = st.fixed_dictionaries(
    {
        "id": st.sampled_from([f"w.{n}" for n in range(6)]) | TEXT,
        "time": TIMES,
        "inbox": st.sampled_from(["vip", "lab", "Grüße", "Gru\u0308ße", "nowhere"]),
        "direction": st.sampled_from(["send", "receive"]),
        "name": TEXT | st.sampled_from(["a.pdf", "b.JPEG", ".docx", "x.tar.gz", "n.+4915112345"]),
    },
    optional={
        "channel": TEXT, "agent": TEXT, "customer": TEXT, "conversation": TEXT, "declared": TEXT, "detected": TEXT,
        "reason": TEXT, "message": TEXT, "size": st.integers(-1, 2**63), "outcome": st.sampled_from(["blocked", "failed"]),
        "sha256": st.sampled_from(["ab" * 32, "AB" * 32, "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=", "x", " " * 64]),
        "md5": st.sampled_from(["cd" * 16, "zz" * 16]),
        "path": TEXT | st.sampled_from(["a/b.pdf", "../x", "a..b", "C:/x", "/x", "a\\..\\b"]),
        "deleted": TIMES,
    },
)  # fmt: skip


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT, st.lists))
def test_both_json_writers_give_the_canonical_bytes(value: Any) -> None:
    assert msgspec.json.encode(value) == canonical.encode(value)


@pytest.mark.no_cover
@given(st.lists(ROWS, max_size=12))
@settings(deadline=None, max_examples=60)
def test_the_quick_and_the_exact_way_agree(rows: list[dict[str, Any]]) -> None:
    """`proofs/ledger_ways.py` tries ten thousand."""
    both_ways(rows)


def both_ways(rows: list[dict[str, Any]]) -> None:
    """Take rows in by the quick way and by the exact one, and insist on the same ledger."""
    block = "".join(json.dumps(row) + "\n" for row in rows).encode()
    results = []
    with tempfile.TemporaryDirectory() as name:
        for way in ("quick", "exact"):
            folder = Path(name) / way
            folder.mkdir()
            connection = sqlite3.connect(shutil.copy(_empty_store(), folder / "copy.db"), isolation_level=None)
            try:
                with Appender(connection, "ndjson") as appender:
                    for line in block.splitlines(keepends=True) if way == "quick" else [block]:
                        batch = (ndjson._plain(line, 1, 1) if way == "quick" else None) or ndjson._exact(line, 1, _NONE)
                        batch.plain = batch.plain and way == "quick"
                        appender.append_batch(batch)
                found = [{**entry, "seq": 0} for entry in entries(connection, Filters())]
                sums = [
                    sorted(connection.execute(f"SELECT {', '.join(totals.VALUES[table])} FROM {table}"))
                    for table in totals.DIMENSIONS
                    if table != "day_span"  # places in the chain, which differ where a row was refused between
                ]
                counts = appender.counts
                results.append((found, sums, counts.new, counts.duplicate, counts.refused, counts.groups))
                assert verify_ledger(connection).intact
            finally:
                connection.close()
    assert results[0] == results[1]


PLAIN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@cache
def _empty_store() -> Path:
    path = store(Path(tempfile.mkdtemp(prefix="occ-media-test-")), 0)
    sqlite3.connect(path).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


NEW_ROWS = st.lists(
    st.builds(
        EntryRow,
        id=PLAIN.filter(bool), time=st.integers(0, 10**13), inbox=st.sampled_from(["vip", "lab", "Grüße"]),
        direction=st.sampled_from(["send", "receive"]), name=PLAIN | st.sampled_from(["a.pdf", "b.JPEG"]),
        agent=st.none() | st.sampled_from(["mona", "kim"]), customer=st.none() | PLAIN, detected=st.none() | PLAIN,
        reason=st.none() | PLAIN, message=st.none() | PLAIN, size=st.none() | st.integers(0, 2**43),
        sha256=st.none() | st.sampled_from(["ab" * 32, "cd" * 32]), path=st.none() | st.just("a/b.pdf"),
        outcome=st.sampled_from(["delivered", "blocked"]),
    ),
    max_size=8, unique_by=lambda row: row.id,
)  # fmt: skip


@given(st.lists(NEW_ROWS, max_size=5))
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
def test_every_table_has_the_same_bytes_whichever_way_the_rows_went(batches: list[list[EntryRow]]) -> None:
    found = []
    with tempfile.TemporaryDirectory() as name:
        for plain in (True, False):
            (folder := Path(name) / str(plain)).mkdir()
            connection = sqlite3.connect(shutil.copy(_empty_store(), folder / "copy.db"), isolation_level=None)
            connection.execute("UPDATE store SET secret = ?", (b"s" * 32,))
            try:
                with (
                    patch("occ_media_cli.ledger.append.prepare.os.urandom", lambda size: b"s" * size),
                    Appender(connection, "ndjson") as appender,
                ):
                    appender.begin()
                    appender.writer.state = b"\1" * 32  # what came before has its own times and salts
                    for rows in batches:
                        lines = range(1, len(rows) + 1)
                        appender.append_batch(Batch(list(rows), lines, len(rows), plain=plain and bool(rows)))
                tables = ("record", "word", "recent_key", "record_key", *totals.DIMENSIONS)
                found.append(
                    {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}
                )
            finally:
                connection.close()
    assert found[0] == found[1]


_NONE = ndjson.Options()
