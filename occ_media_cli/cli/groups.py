"""Which module holds which command."""

from __future__ import annotations

GROUPS: dict[str, str] = {
    "set": "settings.set",
    "show": "settings.show",
    "history": "settings.history",
    "revert": "settings.revert",
    "inbox": "settings.inbox",
    "agent": "settings.agent",
    "preset": "settings.preset",
    "check": "files.check",
    "types": "files.types",
    "channels": "files.channels",
    "fit": "files.fit",
    "scan": "files.scan",
    "gate": "files.gate",
    "diagnose": "files.diagnose",
    "validate": "settings.validate",
    "plan": "settings.plan",
    "apply": "settings.apply",
    "export": "settings.export",
    "drift": "settings.drift",
    "store": "store.store",
    "doctor": "store.doctor",
    "completion": "store.completion",
    "library": "library",
    "ledger": "ledger",
    "audit": "audit.audit",
    "report": "audit.report",
    "rules": "audit.rules",
    "retention": "retention",
    "hold": "retention.hold",
    "customer": "ledger.customer",
}
"""The first word of a command and its module in this package, in the order of the help."""
