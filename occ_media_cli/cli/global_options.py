"""What the options are called that every command takes, before its name or behind it."""

from __future__ import annotations

GLOBALS = {
    "--store": True,
    "--actor": True,
    "--now": True,
    "--tz": True,
    "--read-only": False,
    "--quiet": False,
    "--verbose": False,
    "--no-color": False,
    "--yes": False,
}
"""The global options, and whether each takes a value."""
