"""One byte string for one value: what the hash chain is computed over.

Canonical JSON here is: UTF-8 without escapes beyond those that JSON demands, no spaces, object members in code point
order, integers only. A lone surrogate has no UTF-8 form and is refused.
"""

from __future__ import annotations

import json


def encode(value: object) -> bytes:
    """The canonical bytes of a JSON value; UnicodeEncodeError for a lone surrogate."""
    return text(value).encode("utf-8")


def text(value: object) -> str:
    """The canonical form as text, as it is stored in a column."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
