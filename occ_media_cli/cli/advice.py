"""What to type after an error of the settings, which know no command: they say what is wrong, this says what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report.words import shell

if TYPE_CHECKING:
    from occ_media_cli.errors import OccMediaError


def advise(problem: OccMediaError) -> str | None:
    """The help for an error, in the words of the command line."""
    match problem.topic:
        case ("inboxes", number):
            return f"occ-media inbox list shows all {number}"
        case ("first-inbox",):
            return "occ-media inbox add makes one"
        case ("inbox", name):
            return shell("occ-media", "show", name)
        case ("versions", name):
            return f"{shell('occ-media', 'history', name)} lists them"
        case ("account", inbox, account):
            return shell("occ-media", "inbox", "unlink", inbox, account)
        case ("agents",):
            return "occ-media agent list shows all"
        case ("first-agent", name):
            return shell("occ-media", "agent", "add", name, "--role", "agent")
        case ("rule", name):
            return shell("occ-media", "rules", "explain", name)
        case ("channels", profile):
            return f"add [channels.{profile}], or take it out; occ-media channels lists them"
        case ("document-form",):
            return f"{problem.hint}; occ-media export shows the form"
        case ("backdate",):
            return "--backdate REASON changes the past on record"
        case ("removals", share):
            return f"look at the difference; if it is right, --max-remove {share}"
        case ("words", field, *words):
            return f"write {' or '.join(f'--{field} {word}' for word in words)}"
        case ("link", inbox, channel):
            return shell("occ-media", "inbox", "link", inbox, channel)
        case ("presets",):
            return "occ-media preset list shows all"
        case ("agent", name):
            return shell("occ-media", "agent", "remove", name)
        case ("tag", tag):
            return f"occ-media inbox tag INBOX {tag}"
        case ("apply", *words):
            return f"look again: {shell('occ-media', 'apply', *words)}"
        case ("no-store",):
            return "name it with --store FILE; occ-media set or inbox add makes one"
        case ("store-init",):
            return "occ-media store init makes it"
        case ("flag-reason",):
            return 'occ-media ledger flag ENTRY --reason "inappropriate content"'
        case ("plan-age",):
            return "entries go by their rules: occ-media retention set default --remove-after 365d"
        case ("plan-orphans",):
            return "leave --inbox and --customer out"
        case ("retention-set", inbox):
            return f"{shell('occ-media', 'retention', 'set', inbox)} --remove-after 365d"
        case ("engine-data",):
            return "occ-media audit --write-data DIR, then --engine duckdb --data DIR"
        case ("restore-reason",):
            return 'write --accept-loss "disk failed"'
        case ("restore-document",):
            return "name a .db with --store, then: occ-media export --output FILE.toml"
        case ("accept-loss", file):
            return f"where that may be lost: {shell('occ-media', 'store', 'restore', file, '--accept-loss')} REASON"
        case ("actor",):
            return "occ-media --actor dana …"
        case ("no-box",):
            return "leave --inside out"
        case _:
            return problem.hint
