"""Which module holds which command."""

from __future__ import annotations

GROUPS: dict[str, str] = {
    "set": "settings.set",
    "show": "settings.show",
    "history": "settings.history",
    "revert": "settings.revert",
    "undo": "settings.undo",
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

SECTIONS: dict[str, tuple[str, ...]] = {
    "Most used": ("set", "show", "history", "check", "audit"),
    "Settings": ("inbox", "agent", "preset", "revert", "undo", "plan", "apply", "validate", "export", "drift"),
    "Files": ("fit", "scan", "diagnose", "gate", "library", "types", "channels"),
    "What was shared": ("ledger", "report", "rules", "customer"),
    "How long it stays": ("retention", "hold"),
    "This program": ("store", "doctor", "completion"),
}
"""The commands as help shows them, those that most people need first; what is in no section comes last."""
