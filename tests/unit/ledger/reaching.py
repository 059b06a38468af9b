"""Everything that is done by person, tried on one ledger: it must reach all files of the person, and no other's."""

from __future__ import annotations

from collections.abc import Sequence

from occ_media_cli.api import OccMedia
from occ_media_cli.ledger import aliases, query
from occ_media_cli.ledger.erase import erase
from occ_media_cli.retention import holds
from occ_media_cli.retention.plan.draft import PlanScope
from occ_media_cli.retention.plan.make import make_plan
from tests.unit.ledger.conftest import STAMP, Ledger

ALIAS = "crm-4711"


def assert_person_is_reached(ledger: Ledger, spellings: Sequence[str], *, files: int = 2, stored: bool = False) -> None:
    """Lists, holds, plans, a report and an erasure by each spelling, and by an alias, are about the same files, in a
    ledger that has one file of somebody else.

    stored: entries name their bytes, so that a plan lists them. The person is erased at the end.
    """
    connection = ledger.connection
    (everything,) = connection.execute("SELECT count(*) FROM entry").fetchone()
    assert everything == files + 1
    aliases.add_alias(connection, [spellings[0], ALIAS], "case 1", STAMP)
    rows = OccMedia(str(ledger.path), actor="dana").report("senders").rows
    counts = sorted(str(row["files"]) for row in rows if row["kind"] == "customer")
    assert counts == sorted(["1", str(files)]), rows
    has_hashes = ledger.one("SELECT count(*) FROM entry WHERE sha256 <> ''") > 0  # none is removed without
    for number, typed in enumerate((*spellings, ALIAS)):
        listed = query.entries(connection, query.Filters(customer=typed))
        assert len(list(listed)) == files, typed
        holds.place_hold(connection, f"h{number}", holds.HoldScope(customer=typed), "case 1", STAMP)
        assert ledger.one("SELECT count(*) FROM entry_hold WHERE hold = ?", f"h{number}") == files, typed
        if stored:
            assert _planned(ledger, typed) == (files, 0, files), typed
        holds.release_hold(connection, f"h{number}", "case 1", STAMP)
        if stored:
            assert _planned(ledger, typed) == (files, files if has_hashes else 0, 0), typed
    erased = erase(connection, spellings[-1], STAMP, "request 1", ledger.path)
    assert erased.records == files
    assert ledger.one("SELECT count(*) FROM entry WHERE customer IS NOT NULL") == 1
    assert aliases.persons(connection, ALIAS) == []


def _planned(ledger: Ledger, typed: str) -> tuple[int, int, int]:
    """How many files a plan for a person is about, would remove, and leaves because they are held."""
    draft = make_plan(ledger.connection, {}, STAMP, PlanScope(customers=(typed,))).draft
    return draft.kept + draft.removed, draft.removed, draft.held
