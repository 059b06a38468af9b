"""Forged bundles and checkpoints, as somebody makes them who wants to fool an auditor: each is noticed.

    python proofs/forged_bundles.py

Every manifest is made to fit. Prints each forgery with what `audit verify` says of it, then the bundle of another
ledger, which only a signer that the reader expects, a digest or a checkpoint kept elsewhere meets (docs/audit.md), and
forged checkpoints. Ends with 1 where one was taken for true.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property import forgeries
from tests.property.forgeries import command, noticed, packed, unpacked


def by_the_bundle(made: Path) -> Iterator[tuple[str, str | None]]:
    """Each forgery, and what was said of it; None where nothing was."""
    for name, forge in forgeries.NOTICED.items():
        files, facts = unpacked(made)
        forge(files, facts)
        packed(made.with_name("forged.zip"), files, facts)
        said = noticed(made.with_name("forged.zip"))
        yield name, ": ".join(said[0]) if said else None


def by_the_reader(made: Path) -> Iterator[tuple[str, str | None]]:
    """The bundle of another ledger, under the signature of nobody and of somebody else."""
    keys = [made.with_name(name) for name in ("ours", "theirs")]
    for key in keys:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    (made.parent / "signers").write_text("dana " + keys[0].with_suffix(".pub").read_text())
    signers = made.parent / "signers"
    other = forgeries.ledger_without(made.parent)
    for name, key in (("signed by nobody", None), ("signed by somebody else", keys[1])):
        packed(other, *unpacked(other), key)
        said = noticed(other, signers)
        yield f"the bundle of another ledger, {name}", ": ".join(said[0]) if said else None


def by_the_chain(made: Path) -> Iterator[tuple[str, str | None]]:
    """Forged checkpoints, held against the ledger."""
    store, mark = made.with_name("s.db"), made.with_name("c.json")
    command("--store", str(store), "ledger", "checkpoint", "--output", str(mark))
    for name, body in forgeries.checkpoints(json.loads(mark.read_text())).items():
        mark.write_text(json.dumps(body))
        code, out, err = command("--store", str(store), "ledger", "verify", "--checkpoint", str(mark))
        yield f"a checkpoint with {name}", (out or err).splitlines()[0] if code in (1, 20) else None


def main() -> int:
    """Forge, and show what comes of it."""
    os.environ["OCC_MEDIA_NOW"] = "2026-11-24"
    total = bad = 0
    with tempfile.TemporaryDirectory() as name:
        made = forgeries.made(Path(name))
        assert noticed(made) == []
        for part in (by_the_bundle, by_the_reader, by_the_chain):
            for what, said in part(made):
                total += 1
                bad += said is None
                print(f"{what:<55} {said or 'TAKEN FOR TRUE'}")
    print(f"{total} forgeries, {bad} taken for true")
    return int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main())
