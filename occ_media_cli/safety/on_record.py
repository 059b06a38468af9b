"""What goes on record of a scan: a state, kinds and counts, and never a word out of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.ledger.scans import ScanFact, ScanOnRecord
from occ_media_cli.values import replace

if TYPE_CHECKING:
    from occ_media_cli.safety.scan_result import ScanResult

NO_ENGINE = "no antivirus was asked"


def why_no_scan(engine: str | None, left_out: str | None) -> str | None:
    """Why whatever is clean here is on record as not scanned, in words; None where it is on record as clean.

    engine: None where no antivirus is asked. left_out: which checks are, in words.
    """
    return "; ".join(filter(None, (NO_ENGINE if engine is None else None, left_out))) or None


def as_record(
    scan: ScanResult, engine: str | None, entry: int | None = None, *, left_out: str | None = None
) -> ScanOnRecord:
    """A scan as the ledger keeps it. Its state is `clean` only where the antivirus said so, every other check saw every
    part, and none was left out; an audit takes it for a look for everything. left_out: which checks were, in words."""
    detail = None
    if scan.verdict == "infected":
        state = "infected"
        names = (each.message.removeprefix("malware: ") for each in scan.found if each.code == "infected-file")
        detail = next(names, None)
    elif scan.antivirus == "clean" and scan.verdict != "not-scanned" and left_out is None:
        state = "clean"
    else:
        state = "not-scanned"
        detail = scan.unseen[0].message if scan.unseen else NO_ENGINE if scan.antivirus == "off" else left_out
    facts = tuple(
        ScanFact(family, ", ".join(sorted({each.code for each in some})), len(some))
        for family, some in scan.families().items()
    )
    return ScanOnRecord(entry, scan.sha256, scan.size, state, engine, detail, facts)


def of_other_bytes(scan: ScanResult, sha256: str) -> ScanResult:
    """The scan of a file that should have another sha256: it says nothing about what was delivered, unless it is
    malware, which stands where that should be."""
    from occ_media_cli.safety.found import Found

    if scan.sha256 is None or scan.sha256 == sha256:
        return scan
    words = "its bytes are not those that the ledger knows"
    why = Found("not-scanned", "error", words, "", "find out what was delivered: compare the files with the ledger")
    verdict = "infected" if scan.verdict == "infected" else "not-scanned"
    malware = tuple(each for each in scan.found if each.code == "infected-file")
    return replace(scan, verdict=verdict, antivirus=verdict, sha256=None, found=(*malware, why))
