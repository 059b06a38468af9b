"""The statements that put records into the store, and how values reach them fast."""

from __future__ import annotations

_NARROW = (
    "seq", "key", "kind", "source", "ms", "inbox", "direction", "outcome", "channel", "agent", "declared", "detected",
    "ext", "reason", "size", "sha256", "id", "customer", "conversation", "name", "path", "salt", "link",
)  # fmt: skip
_WIDE = (*_NARROW, "md5", "deleted", "corrects", "message")


def _insert(columns: tuple[str, ...]) -> str:
    return f"INSERT INTO record ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


NARROW = _insert(_NARROW)
WIDE = _insert(_WIDE)


def quicken() -> None:
    """Adapters that hand a value over as it is, at a quarter of the price of having none."""
    import sqlite3

    sqlite3.register_adapter(type(None), {}.get)  # type: ignore[arg-type]  # {}.get(None) is None
    sqlite3.register_adapter(bytes, bytes)
