"""A record's place in the hash chain: what is hashed, in which order, and how a repeat is found.

The texts of dictionary words are hashed, never their codes, so that an edited word shows at its first use and the
chain survives a renumbering. An inbox is hashed by its stable number: a rename leaves the record alone.
"""

from __future__ import annotations

from hashlib import sha256
from struct import Struct

from occ_media_cli.vocabulary import RECORD_KINDS

PERSONAL = ("id", "customer", "conversation", "name", "path", "message")
"""The values inside the commitment, in its order. An erasure takes all of them, and the salt."""

WORDS = ("source", "channel", "agent", "declared", "detected", "ext", "reason")
"""The columns that hold a word's code."""

COLUMNS = (
    "seq", "key", "kind", "source", "ms", "inbox", "direction", "outcome", "channel", "agent", "declared", "detected",
    "ext", "reason", "size", "sha256", "md5", "deleted", "corrects",
)  # fmt: skip
"""The public values after the word `record`, in the order that the chain covers."""

first_eight = Struct(">q").unpack_from
"""The first eight bytes of a digest as the signed integer that SQLite keeps."""


def key_prefix(secret: bytes, kind: int, source: str) -> bytes:
    """The bytes before an id when its key is computed. Neither a kind nor a source holds a NUL."""
    return secret + f"{RECORD_KINDS[kind]}\0{source}\0".encode()


def key_of(prefix: bytes, identity: str) -> int:
    """The key of an id: it finds a repeat, also after the id was erased, and tells nothing without the secret."""
    return int(first_eight(sha256(prefix + identity.encode()).digest())[0])
