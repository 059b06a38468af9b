"""What an entry of the gate says of the bytes at its path, held to what these are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from occ_media_cli.ledger.row_values import HASHES
from occ_media_cli.places.safe_open import Kept

if TYPE_CHECKING:
    from occ_media_cli.decide.gate_files import GateFiles
    from occ_media_cli.decide.gate_line import GateLine

CLAIM_WHAT_IS_THERE = "state what the file at the path is, or leave it out"

_PIECE = 1 << 20


def untrue_claim(each: GateLine, size: int, sha256: str, files: GateFiles) -> str | None:
    """What an entry says of its file that is not so, or cannot be held to it, in words; None where all of it is true.

    size, sha256: of the bytes that were looked at. The other hashes cost a second read, made where one is stated; where
    that comes to other bytes, the file was changed meanwhile, and nothing that is said of it is proved.
    """
    row = each.row
    if row is None:
        return None
    if row.size not in (None, size):
        return f"its size is not that of the bytes at its path, {size:,} bytes"
    if row.sha256 not in (None, sha256):
        return "its sha256 is not that of the bytes at its path"
    stated = {name: value for name in HASHES if name != "sha256" and (value := getattr(row, name)) is not None}
    if not stated:
        return None
    there = _digests_at_path(each, ("sha256", *stated), files)
    if there is None or there["sha256"] != sha256:
        return f"its {next(iter(stated))} cannot be held to the bytes at its path: the file was changed meanwhile"
    wrong = next((name for name, value in stated.items() if value != there[name]), None)
    return None if wrong is None else f"its {wrong} is not that of the bytes at its path"


def _digests_at_path(each: GateLine, names: tuple[str, ...], files: GateFiles) -> dict[str, str] | None:
    """The hashes of the file that a line names, in hex; None where it cannot be read any more."""
    import hashlib

    opened = files.open_file(each)
    if isinstance(opened, Kept):
        return None
    found, at = {name: hashlib.new(name, usedforsecurity=False) for name in names}, 0
    try:
        while piece := os.pread(opened.fd, _PIECE, at):
            for digest in found.values():
                digest.update(piece)
            at += len(piece)
    except OSError:
        return None
    finally:
        os.close(opened.fd)
    return {name: digest.hexdigest() for name, digest in found.items()}
