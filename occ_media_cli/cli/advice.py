"""What to type after an error of a room: the rooms say what is wrong and name a topic, and this says what helps.

The one home of the commands and options that help names. A room knows no command line, since Python callers read its
errors too; it gives an error a `topic`, such as `("approve", "7f3a")`: a key of `COMMANDS`, and the words that its text
is filled with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report.words import shell

if TYPE_CHECKING:
    from occ_media_cli.errors import OccMediaError

COMMANDS = {
    # settings
    "inboxes": "occ-media inbox list shows {raw[0]}",
    "inboxes-of-store": "occ-media inbox list shows all",
    "inboxes-or-new": "occ-media inbox list shows all; occ-media inbox add makes one",
    "first-inbox": "occ-media inbox add makes one",
    "inbox": "occ-media show {0}",
    "inbox-users": "occ-media inbox remove {0} --force takes it out of them too",
    "renamed": "occ-media show {0}",
    "versions": "occ-media history {0} lists them",
    "account": "occ-media inbox unlink {0} {1}",
    "agents": "occ-media agent list shows all",
    "first-agent": "occ-media agent add {0} --role agent",
    "channels": "add [channels.{raw[0]}], or take it out; occ-media channels lists them",
    "profiles": "occ-media channels lists all",
    "base-profiles": "occ-media channels lists them",
    "types": "occ-media types lists them",
    "document-form": "{hint}; occ-media export shows the form",
    "backdate": "--backdate REASON changes the past on record",
    "removals": "look at the difference; if it is right, --max-remove {0}",
    "no-box": "leave --inside out",
    # audit
    "rule": "occ-media rules explain {0}",
    "rules": "occ-media rules list shows them all",
    "trust-rules": "add --trust-rules",
    "first-baseline": "occ-media audit --write-baseline {0}",
    "baseline": "occ-media audit --write-baseline {0} makes one",
    "baseline-anew": "write a new one with --write-baseline",
    "bundle": "name a file that occ-media audit --bundle wrote",
    "export": "occ-media audit --write-data {0} makes one from a store",
    "export-again": "occ-media audit --write-data {0} writes it again",
    # retention
    "hold-scope": "add --inbox, --customer, --conversation, --entry, --since or --until",
    "hold-span": "--since is inclusive, --until exclusive",
    "hold-name": "occ-media hold add --name claim-4711 …",
    "hold-reason": 'write --reason "claim 4711"',
    "holds": "occ-media hold list shows every hold",
    "ended-holds": "occ-media hold list --all shows released holds too",
    "held": "occ-media hold list says why; a hold is released by: occ-media hold release NAME --reason TEXT",
    "first-plan": "occ-media retention plan --root DIR makes one",
    "plan-anew": "make a new plan: occ-media retention plan --root DIR",
    "approve": "occ-media retention approve {0}",
    "approve-by-another": "{raw[0]}: occ-media retention approve {1}",
    "purge": "occ-media retention purge {0} --root {1}",
    "removal-limit": "write --max-delete 1000 or --max-delete 50%",
    "removal-limit-over": "read the plan again; if it is right, --max-delete {0}",
    "plan-fate": "occ-media retention certificate {0} says what became of it",
    "entry-fate": "occ-media retention explain ENTRY says what became of it",
    "entry-or-orphan": "{hint}; occ-media retention plan --orphans looks for files that no entry names",
    "certificate": "occ-media retention certificate PLAN --format json makes one",
    # the ledger and its sources
    "entries": "occ-media ledger list shows entries and their ids",
    "entry-inbox": "--inbox {0}",
    "aliases": "occ-media customer alias list shows them all",
    "bucket": "occ-media ledger ingest bucket s3://BUCKET/PREFIX",
    "mapping": "occ-media ledger ingest --help shows a mapping",
    "column": 'say which it is with --map FILE: [map] {0} = "…"',
    "column-values": "leave it out with --map FILE, or write it as text",
    "first-entries": "occ-media ledger ingest records what was shared",
    "checkpoint": "name a file that occ-media ledger checkpoint wrote",
    "verify": "occ-media ledger verify",
    "verify-against": "occ-media ledger verify --checkpoint {0} says all that differs",
    "verify-where": "occ-media ledger verify says where it is damaged",
    "verify-what": "occ-media ledger verify says what was altered",
    "altered": (
        "change nothing; copy the store file, and compare it with a backup: occ-media ledger verify says all that was"
        " altered, occ-media store restore FILE brings a backup back"
    ),
    "damaged": "copy the file, then restore a backup: occ-media store restore FILE",
    # the store and other files
    "no-store": "name another file with --store, or restore a backup: occ-media store restore FILE",
    "broken-text": "occ-media ledger verify says where; restore a backup: occ-media store restore FILE",
    "changed-schema": (
        "find out who changed it; keep a copy of the file, then: occ-media store restore FILE, from a backup"
    ),
    "empty-store": (
        "restore a backup with occ-media store restore FILE; where there was nothing yet, occ-media store init"
    ),
    "store-remains": (
        "restore a backup with occ-media store restore FILE; or put {0} away, and then: occ-media store init"
    ),
    "upgrade": "occ-media store init brings it up to date",
    "doctor": "occ-media doctor looks at the store",
    "first-change": "a changing command makes it, such as occ-media inbox add",
    "no-folder": "mkdir -p {0}, or name another place with --store FILE or OCC_MEDIA_STORE",
    "near-store": "--store {0}; where a new store is meant: occ-media --store {1} store init",
    "other-place": "name another place with --store FILE or OCC_MEDIA_STORE",
    "other-file": "name another file with --store",
    "document": "name the document: --store {0}",
    "document-anew": "occ-media --store {0} export --output {1} writes it anew",
    "document-cut-off": "rm {1} && occ-media --store {0} export --output {1} writes it anew",
    "altered-backup": (
        "restore another backup; occ-media ledger verify says all that was altered, where --store names a copy of this"
        " one that ends in .db"
    ),
    "backup": "name a file that occ-media store backup made",
    "group": "groupadd {0}, or name another with --group",
    "sign-by-agent": "unlock the key in ssh-agent first, and give its .pub file to --sign",
    "output": "--output {0}",
    # asked from both sides, the command line and Python
    "link": "occ-media inbox link {0} {1}",
    "presets": "occ-media preset list shows all",
    "agent": "occ-media agent remove {0}",
    "tag": "occ-media inbox tag INBOX {0}",
    "no-store-named": "name it with --store FILE; occ-media set or inbox add makes one",
    "store-init": "occ-media store init makes it",
    "flag-reason": 'occ-media ledger flag ENTRY --reason "inappropriate content"',
    "plan-age": "entries go by their rules: occ-media retention set default --remove-after 365d",
    "plan-orphans": "leave --inbox and --customer out",
    "retention-set": "occ-media retention set {0} --remove-after 365d",
    "engine-data": "occ-media audit --write-data DIR, then --engine duckdb --data DIR",
    "restore-reason": 'write --accept-loss "disk failed"',
    "restore-document": "name a .db with --store, then: occ-media export --output FILE.toml",
    "accept-loss": "where that may be lost: occ-media store restore {0} --accept-loss REASON",
    "actor": "occ-media --actor dana …",
}
"""What to type, by topic. `{0}` is the first word of the topic, quoted for a shell, `{raw[0]}` as it is; `{hint}` is
what the room says."""


def advise(problem: OccMediaError) -> str | None:
    """The help for an error, in the words of the command line; the room's own where it names no topic."""
    if not problem.topic:
        return problem.hint
    key, *words = problem.topic
    if key == "apply":  # as it was typed, to look at the difference again
        file, *flags = words
        return f"look again: {shell('occ-media', 'apply', file, *(f'--{flag}' for flag in flags))}"
    return COMMANDS[key].format(*map(shell, words), raw=words, hint=problem.hint)
