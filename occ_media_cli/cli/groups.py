"""Which module holds which command, so that a run loads and builds only the command that was typed."""

from __future__ import annotations

GROUPS: dict[str, str] = {
    "set": "set",
    "show": "show",
    "history": "history",
    "revert": "revert",
    "inbox": "inbox",
    "agent": "agent",
    "preset": "preset",
    "check": "check",
    "types": "types",
    "channels": "channels",
    "fit": "fit",
    "gate": "gate",
    "diagnose": "diagnose",
    "plan": "plan",
    "apply": "apply",
    "export": "export",
    "drift": "drift",
    "store": "store",
    "doctor": "doctor",
    "completion": "completion",
    "ledger": "ledger",
    "audit": "audit",
    "report": "report",
    "rules": "rules",
    "retention": "retention",
    "hold": "hold",
    "customer": "customer",
}
"""The first word of a command and its module in this package, in the order of the help."""
