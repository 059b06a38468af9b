"""What people call commands, with the words of other tools.

`MEANINGS` is the one home of such words. A word means a command where both stand in one line of it, so that a new
command is found by what its name means, in whatever group it stands. `CALLED` has the few names that are no verbs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LOOK = ("show", "info", "get", "describe", "view", "inspect", "detail", "details", "cat", "display", "print", "see",
         "read", "status", "state", "overview", "current")  # fmt: skip
LIST = ("list", "ls", "all", "index", "enumerate", "names", "dir")
ADD = ("add", "create", "new", "make", "insert", "register", "place", "put", "propose", "init", "submit", "upload")

NEWEST = ("tail", "head", "last", "latest", "recent", "newest")
OFF = ("disable", "block", "pause", "stop", "close", "lock", "mute", "forbid", "deny", "off")
ON = ("enable", "unblock", "resume", "open", "unlock", "permit", "on", "activate")

SWITCHES = ("--receive", "--send")

TAKING_AWAY = ("unset", "release", "retire", "erase", "purge", "remove", "restore", "untag", "unlink", "deny")
"""Commands of groups that take something away, or put it back over what is there."""

MEANINGS: tuple[tuple[str, ...], ...] = (
    LOOK,
    LIST,
    ("find", "search", "grep", "query", "lookup", "locate", "where", "look", "filter", "list"),
    ("remove", "rm", "delete", "del", "drop", "destroy", "unset", "release", "retire", "erase", "revoke", "withdraw",
     "discard", "end", "lift", "stop", "clear", "forget", "kill", "cancel", "expire"),
    ("unlink", "disconnect", "detach", "unassign", "unbind"),
    ("untag", "unlabel"),
    ("link", "connect", "attach", "assign", "bind"),
    ("tag", "label"),
    ADD,
    ("change", "edit", "modify", "update", "alter", "patch", "set"),
    ("set", "configure", "config", "switch", "turn"),
    ("rename", "mv", "move", "name"),
    ("copy", "cp", "clone", "duplicate"),
    ("compare", "diff", "cmp"),
    ("plan", "diff", "preview", "dry-run", "dryrun", "what-if", "simulate", "forecast"),
    ("drift", "diff", "status", "compare"),
    ("validate", "lint", "check", "syntax", "validation"),
    ("verify", "validate", "check", "prove", "integrity", "fsck", "test"),
    ("check", "test", "inspect"),
    ("apply", "import", "load", "push", "deploy", "sync", "merge", "use"),
    ("export", "dump", "save", "download", "write", "extract"),
    ("ingest", "import", "load", "record", "add", "log", "feed"),
    ("history", "log", "versions", "changes", "blame", "changelog", "timeline", "audit-log"),
    ("undo", "revert", "rollback", "restore", "reset", "back", "undelete", "recover"),
    ("revert", "undo", "rollback", "reset", "back"),
    ("restore", "undelete", "recover", "unpurge", "undo"),
    ("backup", "copy", "dump", "snapshot", "save", "clone"),
    ("approve", "accept", "confirm", "sign", "sign-off", "signoff", "ok", "release", "publish"),
    ("purge", "delete", "remove", "run", "execute", "clean", "cleanup", "apply"),
    ("explain", "why", "describe", "reason", "info", "show", "help", "doc", "docs"),
    ("flag", "mark", "report", "label", "tag"),
    ("stats", "count", "statistics", "summary", "total", "totals", "numbers"),
    ("allow", "grant", "permit", "enable"),
    ("deny", "forbid", "disallow", "block", "revoke", "ban", "disable"),
    ("fit", "convert", "resize", "shrink", "compress", "optimize", "optimise", "transcode"),
    ("diagnose", "troubleshoot", "debug", "why"),
    ("doctor", "selftest", "health", "healthcheck", "env"),
    ("scan", "antivirus", "virus", "malware", "clamscan"),
    ("certificate", "proof", "cert"),
    ("channels", "platforms", "profiles"),
    ("types", "formats", "extensions", "limits"),
)  # fmt: skip

SAID = frozenset(word for words in MEANINGS for word in words)
"""Words that mean something by themselves, and are no slips of what is near to them by letters."""

CALLED: Mapping[str, tuple[str, ...]] = {
    "inbox": ("mailbox", "mailboxes", "queue", "queues", "desk", "desks"),
    "agent": ("user", "users", "operator", "operators", "staff", "member", "members", "person", "people"),
    "ledger": ("entry", "entries", "file", "files", "media", "attachment", "attachments", "journal", "record",
               "records"),
    "rules": ("control", "checks"),
    "preset": ("template", "templates", "profile"),
    "library": ("document", "documents", "doc", "docs", "approved"),
    "hold": ("legal-hold", "freeze", "lock", "locks"),
    "customer": ("client", "clients", "contact", "contacts", "alias", "aliases"),
    "retention": ("policy", "policies", "expiry", "lifecycle"),
    "store": ("database", "db"),
    "channels": ("channel",),
    "types": ("type", "extension"),
    "report attempts": ("blocked", "refused", "rejected", "denied", "refusals", "failures", "failed", "attempt"),
    "report senders": ("top", "sender", "users", "agents", "people", "who", "customers"),
    "report storage": ("size", "sizes", "space", "disk", "usage", "quota", "quotas", "volume", "du"),
    "report shared": ("files", "sent", "sharing", "traffic", "volume", "activity", "media", "delivered", "share"),
    "report settings": ("changes", "config", "configuration", "versions", "inboxes", "setting"),
    "report coverage": ("scan", "scans", "scanned", "virus", "antivirus", "malware"),
    "report retention": ("deleted", "deletion", "deletions", "removed", "purged", "holds", "purge"),
    "report controls": ("compliance", "iso", "pci", "gdpr", "standards", "control"),
    "report library": ("documents", "approved"),
    "report coaching": ("training", "coach"),
    "retention set": ("keep", "add"),
}  # fmt: skip
"""What else groups and reports are called."""

ALONE = (
    (("config", "settings", "conf"), "show"),
    (("remove", "rm", "delete", "del", "drop"), "inbox remove"), (ADD, "inbox add"),
    (("validate", "lint"), "validate"), (("validate", "lint", "diff", "preview"), "plan"),
    (("search", "grep", "query", "lookup"), "ledger find"), (("search", "grep", "find"), "ledger list"),
    (("import", "load"), "ledger ingest"), (("find",), "ledger find"), (("settings",), "show"),
    (("test",), "check"), (("unhold",), "hold release"),
)  # fmt: skip
"""What words alone mean, without a group; the first whose command is there."""


def by_meaning(word: str, names: Sequence[str]) -> list[str]:
    """The commands that a word means, in the order of `MEANINGS`."""
    found = [name for words in MEANINGS if word in words for name in words if name in names]
    return list(dict.fromkeys(found))


def nouns_meant(word: str, commands: Mapping[str, Any]) -> list[str]:
    """The groups and commands that a noun in either number stands for."""
    plain = word.casefold()
    forms = {plain, plain.removesuffix("s"), plain.removesuffix("es"), f"{plain}s"}
    found = [name for name in commands if name in forms]
    return found or [name for name, others in CALLED.items() if name in commands and forms.intersection(others)]
