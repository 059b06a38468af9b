"""What to type after an error of a room: the rooms say what is wrong and name a topic, and this says what helps.

The one home of the commands and options that help names. A room knows no command line, since Python callers read its
errors too; it gives an error a `topic`, such as `("approve", "7f3a")`: a key of `COMMANDS`, and the words that its text
is filled with.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from occ_media_cli.report.words import shell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.errors import OccMediaError

COMMANDS = {
    # settings
    "inboxes": "see {raw[0]}: occ-media inbox list",
    "inboxes-of-store": "occ-media inbox list",
    "inboxes-or-new": "name one of occ-media inbox list, or add one: occ-media inbox add NAME",
    "first-inbox": "add one: occ-media inbox add NAME",
    "inbox": "occ-media show {0}",
    "inbox-users": "take it out of them too: occ-media inbox remove {0} --force",
    "renamed": "occ-media show {0}",
    "versions": "occ-media history {0}",
    "account": "look at what it has before it is taken out there: occ-media show {0}",
    "agents": "occ-media agent list",
    "first-agent": "occ-media agent add {0} --role agent",
    "channels": "add [channels.{raw[0]}], or take it out; what there is: occ-media channels",
    "profiles": "occ-media channels",
    "base-profiles": "occ-media channels",
    "types": "occ-media types",
    "document-form": "{hint}; the form: occ-media export",
    "record-edit": "record it first, with the same command without --now, or any other change",
    "backdate": "leave the earlier time out, or --backdate REASON changes the past on record",
    "removals": "look at the difference; if it is right, --max-remove {0}",
    "no-box": "leave --inside out",
    "changes": "a command that changes something says the number; who changed what: occ-media history",
    "undo-later": "take that back first: occ-media undo {0}",
    "undo-hold": "{hint}: occ-media hold release NAME --reason TEXT",
    "undo-hold-release": "{hint}: occ-media hold add --name N --reason TEXT",
    "undo-approval": "{hint}: occ-media hold add --name N --inbox N --reason TEXT",
    "undo-purge": "{hint}: occ-media retention restore ENTRY --root DIR",
    "undo-alias": "{hint}: occ-media customer alias remove ID --reason TEXT",
    "undo-alias-remove": "{hint}: occ-media customer alias add ID ID --reason TEXT",
    "undo-library": "{hint}: occ-media library retire NAME --reason TEXT",
    "undo-restore": "{hint}: occ-media store restore FILE",
    "time-zone": "{hint} with --tz, such as --tz Europe/Berlin",
    # audit
    "rule": "occ-media rules explain {0}",
    "rules": "occ-media rules list",
    "trust-rules": "add --trust-rules",
    "first-baseline": "occ-media audit --write-baseline {0}",
    "baseline": "make one: occ-media audit --write-baseline {0}",
    "baseline-anew": "write a new one with --write-baseline",
    "bundle": "name a bundle; one is made by: occ-media audit --bundle FILE.zip",
    "export": "make one from a store: occ-media audit --write-data {0}",
    "export-again": "write it again: occ-media audit --write-data {0}",
    # retention
    "hold-scope": "add --inbox, --customer, --conversation, --entry, --since or --until",
    "hold-span": "--since is inclusive, --until exclusive",
    "hold-name": "write --name claim-4711",
    "hold-reason": 'write --reason "claim 4711"',
    "holds": "occ-media hold list",
    "ended-holds": "occ-media hold list --all",
    "held": "look why with occ-media hold list; release a hold: occ-media hold release NAME --reason TEXT",
    "first-plan": "make one: occ-media retention plan --root DIR",
    "plan-anew": "make a new plan: occ-media retention plan --root DIR",
    "approve": "occ-media retention approve {0}",
    "approve-by-another": "{raw[0]}: occ-media retention approve {1}",
    "purge": "occ-media retention purge {0} --root {1}",
    "removal-limit": "write --max-delete 1000 or --max-delete 50%",
    "removal-limit-over": "read the plan again; if it is right, --max-delete {0}",
    "plan-fate": "what became of it: occ-media retention certificate {0}",
    "entry-fate": "what became of it: occ-media retention explain ENTRY",
    "entry-or-orphan": "{hint}; look for files that no entry names: occ-media retention plan --root DIR --orphans",
    "certificate": "make one: occ-media retention certificate PLAN --format json",
    # the approved library
    "library": "{hint}: occ-media library list",
    "first-proposal": "{hint}: occ-media library propose FILE --name N --version V",
    "library-add": "{hint}: occ-media library add {0}",
    "library-parts": "{hint}, by how their names begin: occ-media library add {0}/a* --name {1}",
    "library-approve": "{hint}: occ-media library approve {0}",
    "library-by-another": "{raw[0]}: occ-media --actor NAME library approve {1}",
    "library-part": "propose that file by itself, or approve all of them: occ-media library approve {0}",
    "library-reason": 'write --reason "wrong prices"',
    "library-version": "{hint} with --version",
    "library-versions": "{hint}: occ-media library approve ID",
    # the ledger and its sources
    "entries": "occ-media ledger list",
    "entry-inbox": "--inbox {0}",
    "aliases": "occ-media customer alias list",
    "second-id": "name another id of the same person: occ-media customer alias add {0} ID --reason TEXT",
    "bucket": "name one: occ-media ledger ingest bucket s3://BUCKET/PREFIX",
    "mapping": "how a mapping is written: occ-media ledger ingest --help",
    "column": 'say which it is with --map FILE: [map] {0} = "…"',
    "column-values": "leave it out with --map FILE, or write it as text",
    "first-entries": "record what was shared: occ-media ledger ingest KIND SOURCE",
    "checkpoint": "name a checkpoint; one is made by: occ-media ledger checkpoint --output FILE",
    "verify": "occ-media ledger verify",
    "verify-against": "all that differs: occ-media ledger verify --checkpoint {0}",
    "verify-where": "where it is damaged: occ-media ledger verify",
    "verify-what": "what was altered: occ-media ledger verify",
    "altered": (
        "change nothing; copy the store file, and compare it with a backup; all that was altered:"
        " occ-media ledger verify"
    ),
    "damaged": "copy the file, then restore a backup: occ-media store restore FILE",
    # the store and other files
    "no-store": "name another file with --store, or restore a backup: occ-media store restore FILE",
    "broken-text": "look where with occ-media ledger verify, then restore a backup: occ-media store restore FILE",
    "changed-schema": (
        "find out who changed it; keep a copy of the file, then restore a backup: occ-media store restore FILE"
    ),
    "empty-store": (
        "restore a backup with occ-media store restore FILE; where there was nothing yet: occ-media store init"
    ),
    "store-remains": (
        "restore a backup with occ-media store restore FILE; or put {0} away, and then: occ-media store init"
    ),
    "upgrade": "bring it up to date: occ-media store init",
    "doctor": "look at the store: occ-media doctor",
    "first-change": "a changing command makes it, such as: occ-media inbox add NAME",
    "no-folder": "name another place with --store FILE or OCC_MEDIA_STORE, or make the folder: mkdir -p {0}",
    "near-store": "where a new store is meant, make it with store init; else: {again}",
    "near-stores": "name one of them with --store; where a new store is meant: occ-media --store {0} store init",
    "store-there": "{again}",
    "stores-there": "name one of them with --store",
    "other-place": "name another place with --store FILE or OCC_MEDIA_STORE",
    "other-file": "name another file with --store",
    "document": "name the document: --store {0}",
    "document-anew": "write it anew: occ-media --store {0} export --output {1}",
    "document-cut-off": "write it anew: rm {1} && occ-media --store {0} export --output {1}",
    "altered-backup": (
        "restore another backup; all that was altered, of a copy of this one that ends in .db:"
        " occ-media --store COPY.db ledger verify"
    ),
    "backup": "name a backup; one is made by: occ-media store backup FILE",
    "group": "groupadd {0}, or name another with --group",
    "sign-by-agent": "unlock the key in ssh-agent first, and give its .pub file to --sign",
    "output": "--output {0}",
    # asked from both sides, the command line and Python
    "link": "occ-media inbox link {0} {1}",
    "presets": "occ-media preset list",
    "agent": "see what it may do: occ-media show --agent {0}",
    "tag": "set it: occ-media inbox tag INBOX {0}",
    "no-store-named": "name it with --store FILE, or make one: occ-media store init",
    "store-init": "make it: occ-media store init",
    "flag-reason": 'write --reason "inappropriate content"',
    "plan-age": "entries go by their rules: occ-media retention set default --remove-after 365d",
    "plan-orphans": "leave --inbox and --customer out",
    "retention-set": "occ-media retention set --help",
    "engine-data": "write an export with --write-data DIR, then: occ-media audit --engine duckdb --data DIR",
    "restore-reason": 'write --accept-loss "disk failed"',
    "restore-document": "name a .db, then export it: occ-media --store FILE.db export --output FILE.toml",
    "accept-loss": "where that may be lost: occ-media store restore {0} --accept-loss REASON",
    "actor": "write {raw[0]}",
}
"""What to type, by topic. `{0}` is the first word of the topic, quoted for a shell, `{raw[0]}` as it is; `{hint}` is
what the room says, `{again}` the command as it was typed but for the word that was mistyped."""

AGAIN = "{again}"


def advise(problem: OccMediaError, again: str | None = None) -> str | None:
    """The help for an error, in the words of the command line; the room's own where it names no topic.

    again: what was typed, with the word that was meant: nothing helps more, unless something else may be meant too.
    """
    if not problem.topic:
        return again or problem.hint
    key, *words = problem.topic
    alone = AGAIN not in COMMANDS.get(key, "")
    if again is not None and alone:
        return again
    if again is None and not alone:
        return problem.hint
    if key == "apply":  # as it was typed, to look at the difference again
        file, *flags = words
        return f"look again: {shell('occ-media', 'apply', file, *(f'--{flag}' for flag in flags))}"
    return _names_last(COMMANDS[key], words).format(*map(shell, words), raw=words, hint=problem.hint, again=again)


_NAME = re.compile(r"\{([0-9])\}")


def _names_last(text: str, words: Sequence[str]) -> str:
    """A text whose command has its names as `report.words.shell_named` has them, where one begins with `-`."""
    before, program, command = text.rpartition("occ-media ")
    parts = command.split(" ")
    filled = [_NAME.fullmatch(part) for part in parts]
    places = [place for place, found in enumerate(filled) if program and found and not parts[place - 1].startswith("-")]
    if not any(words[int(parts[place][1:-1])].startswith("-") for place in places):
        return text
    rest = [part for place, part in enumerate(parts) if place > places[0] and place not in places]
    line = (*parts[: places[0]], *rest, "--", *(parts[place] for place in places))
    return before + program + " ".join(line)
