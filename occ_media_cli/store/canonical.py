"""One byte string for one value: what the hash chain is computed over.

Canonical JSON here is: UTF-8 without escapes beyond those that JSON demands, no spaces, object members in code point
order, integers only. A lone surrogate has no UTF-8 form and is refused.
"""

from __future__ import annotations

import json
from hashlib import sha256

SALT_BYTES = 16
"""The length of a salt. What it protects may be as short as a telephone number."""


def encode(value: object) -> bytes:
    """The canonical bytes of a JSON value; UnicodeEncodeError for a lone surrogate."""
    return text(value).encode("utf-8")


def text(value: object) -> str:
    """The canonical form as text, as it is stored in a column."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def commit_to(salt: bytes, value: object) -> bytes:
    """The commitment to a value that the chain covers in its stead: without the salt nobody can guess the value."""
    return sha256(salt + encode(value)).digest()
