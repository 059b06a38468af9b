"""What it costs each source to make entries of its input, as a ratio to decoding this input alone in the same run.

    python benchmarks/sources.py [--bodies 20000] [--rounds 3] [--source NAME]

JSON is decoded by msgspec, mails are taken apart by Python's email with the bytes of each part. Processor time, in
interleaved rounds, medians; each ingest goes into a ledger of its own.
"""

from __future__ import annotations

import argparse
import email
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.ledger.sources import Options
from occ_media_cli.settings.editing import editing
from occ_media_cli.store.locate import at
from occ_media_cli.store.open import changing
from tests.unit.ledger.conftest import STAMP, row
from tests.unit.ledger.sources.platform_payloads import IDENTITIES, body_with_id, kind_and_map

MAIL = (
    b"From a@b.c Mon Jan  1 00:00:00 2024\nFrom: A <a@b.c>\nTo: d@e.f\nDate: Mon, 2 Mar 2026 10:00:00 +0200\n"
    b'Message-ID: <%d@b.c>\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nwords\n--b\n'
    b'Content-Type: text/csv; name="a.csv"\nContent-Transfer-Encoding: base64\n\n' + b"YTtiCg==" * 500 + b"\n--b--\n\n"
)
MAILS_OF = 10
"""A mail is so many bodies: its file is decoded, hashed and looked at in a process of its own."""


def made(source: str, number: int) -> bytes:
    """A body of a source."""
    if source == "email":
        return MAIL % number
    body = row(number, id=f"n.{number}") if source == "ndjson" else body_with_id(source, 10_000_000 + number)
    return msgspec.json.encode(body) + b"\n"


def decode(source: str, data: bytes) -> None:
    """The input decoded, and nothing else done with it."""
    if source != "email":
        for line in data.splitlines():
            msgspec.json.decode(line)
        return
    for mail in data.split(b"\nFrom a@b.c ")[:]:
        for part in email.message_from_bytes(mail).walk():
            part.get_payload(decode=True)


def take(source: str, file: Path) -> int:
    """Ingest the file; how many entries came."""
    kind, mapping = kind_and_map(source)
    with tempfile.TemporaryDirectory() as folder:
        location = at(Path(folder) / "store.db", explicit=True)
        with editing(location, STAMP) as editor:
            editor.add_inbox("vip")
        options = Options(inbox="vip", mapping=mapping, requester="77" if source == "zendesk" else None)
        with changing(location, STAMP) as store:
            return ingest(store.ledger, kind, str(file), options=options).counts.new


def main() -> int:
    """Measure and print."""
    sources = ["ndjson", *IDENTITIES, "email"]
    options = argparse.ArgumentParser()
    options.add_argument("--bodies", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--source", choices=sources, action="append")
    chosen = options.parse_args()
    print(f"{'source':<11} {'bodies':>7} {'entries':>7} {'ingest':>10} {'decoding':>10} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for source in chosen.source or sources:
            bodies = max(chosen.bodies // (MAILS_OF if source == "email" else 1), 1)
            data = b"".join(made(source, number) for number in range(bodies))
            file = Path(folder) / ("in.mbox" if source == "email" else "in.ndjson")
            file.write_bytes(data)
            entries = 0

            def whole(source: str = source, file: Path = file) -> None:
                nonlocal entries
                entries = take(source, file)

            bare = lambda source=source, data=data: decode(source, data)  # noqa: E731
            times = [(seconds(whole), seconds(bare)) for _ in range(chosen.rounds)]
            first, second = (median(each) for each in zip(*times, strict=True))
            print(
                f"{source:<11} {bodies:>7,} {entries:>7,} {bodies / first:>8,.0f}/s {bodies / second:>8,.0f}/s"
                f" {first / second:>6.1f}",
                flush=True,
            )
    return 0


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of this process and of those that it started: others on the machine change little in them."""
    begun = used()
    work()
    return used() - begun


def used() -> float:
    """Processor seconds up to now."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


if __name__ == "__main__":
    raise SystemExit(main())
