"""What commands about settings print."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.screens import Step, Story

DOCUMENT = """\
[inboxes.vip]
send = false
receive = false
message = "Email it to vip@example.com."
channels = ["whatsapp-cloud:7711"]

[inboxes.lab]
tags = ["trial"]

[agents.mona]
role = "agent"
inboxes = ["vip"]

[[retention.rule]]
remove_after = "365d"
"""


def document(folder: Path) -> None:
    (folder / "settings.toml").write_text(DOCUMENT)


def malformed(folder: Path) -> None:
    (folder / "wrong.toml").write_text("[inboxes.vip]\nsend = 'maybe'\n")


MESSAGE = '"Files cannot be seen here. Email vip@example.com."'
SWITCHES = (
    Step("show", code=11),
    Step("set vip --send off --create --reason 'as agreed'", now="2026-01-01"),
    Step("set vip --send off", now="2026-01-02"),
    Step(f"set vip --message {MESSAGE}", now="2026-01-03"),
    Step("set vip --receive off", now="2026-01-04"),
    Step("set vip --message 'No files, please.' --message-for 'de=Bitte keine Dateien.'",
         now="2026-01-05"),
    Step("set vip --receive on --for 4h --reason 'launch photos'", now="2026-01-06T08:00:00Z"),
    Step("set vip --send on --inside", now="2026-01-06T09:00:00Z"),
    Step("show vip", now="2026-01-06T09:30:00Z"),
    Step("show", now="2026-01-06T09:30:00Z"),
    Step("set vip --send on", code=13, now="2026-01-05T12:00:00Z"),
    Step("set vip --send on --backdate 'forgotten'", now="2026-01-05T12:00:00Z"),
    Step("set inbox vip --receive off", now="2026-01-07"),
    Step("inbox tag vip sensitive", now="2026-01-07T01:00:00Z"),
    Step("set --tag sensitive --send off", now="2026-01-08"),
    Step("set --all --receive on --until 2026-01-09T12:00:00Z", now="2026-01-09"),
    Step("set vip --send mabye", code=2),
    Step("set vip", code=2),
    Step("set vpi --send off", code=11),
    Step("--read-only set vip --send on", code=13),
    Step("--quiet set vip --send on", now="2026-01-10"),
    Step("show"),
    Step("show vip"),
    Step("show vip --at 2026-01-04T12:00:00Z"),
    Step("show nowhere", code=11),
    Step("history vip"),
    Step("history"),
    Step("history vip --format csv"),
    Step("revert vip --to 4 --reason 'launch is over'", now="2026-01-11"),
    Step("revert vip --to 99", code=11),
    Step("show vip --format json"),
)  # fmt: skip

DOCUMENTS = (
    document,
    malformed,
    Step("plan settings.toml", now="2026-01-01"),
    Step("drift settings.toml", code=1, now="2026-01-01"),
    Step("apply settings.toml --reason 'the first'", now="2026-01-01"),
    Step("apply settings.toml", now="2026-01-02"),
    Step("drift settings.toml", now="2026-01-02"),
    Step("set vip --send on", now="2026-01-03"),
    Step("inbox add returns", now="2026-01-03"),
    Step("drift settings.toml", code=1, now="2026-01-04"),
    Step("plan settings.toml", now="2026-01-04"),
    Step("plan settings.toml --prune", now="2026-01-04"),
    Step("apply settings.toml --prune", code=13, now="2026-01-04"),
    Step("apply settings.toml --prune --max-remove 1", now="2026-01-04"),
    Step("set vip --receive on --for 2h", now="2026-01-05"),
    Step("export", now="2026-01-05T01:00:00Z"),
    Step("plan wrong.toml", code=20),
    Step("apply nowhere.toml", code=3),
    Step("history vip"),
)

PEOPLE = (
    Step("inbox list", code=11),
    Step("inbox add vip --channel whatsapp-cloud:7711 --tag sensitive --description 'Key accounts'",
         now="2026-01-01"),
    Step("inbox add vip", code=2, now="2026-01-02"),
    Step("inbox add lab", now="2026-01-01T01:00:00Z"),
    Step("inbox list"),
    Step("inbox link lab web-widget:lab", now="2026-01-02"),
    Step("inbox link lab no-such-channel", code=11, now="2026-01-02"),
    Step("inbox unlink lab web-widget:lab", now="2026-01-03"),
    Step("inbox tag lab trial", now="2026-01-04"),
    Step("inbox untag lab trial", now="2026-01-05"),
    Step("inbox rename lab workshop", now="2026-01-06"),
    Step("agent list"),
    Step("agent add mona --role agent --inbox vip", now="2026-01-02"),
    Step("agent add olga --role owner", now="2026-01-02"),
    Step("agent deny mona send --inbox vip", now="2026-01-03"),
    Step("agent allow mona view --inbox workshop", now="2026-01-07"),
    Step("agent list"),
    Step("show --agent mona"),
    Step("agent remove olga", now="2026-01-08"),
    Step("agent remove nobody", code=11),
    Step("agent add kim --role boss", code=2),
    Step("preset list"),
    Step("preset show financial-services"),
    Step("preset apply financial-services vip", now="2026-01-09"),
    Step("preset apply text-only vip workshop --reason 'a quiet week'", now="2026-01-10"),
    Step("preset apply no-such vip", code=11),
    Step("inbox remove workshop", code=13, now="2026-01-11"),
    Step("inbox add spare", now="2026-01-11"),
    Step("inbox remove spare --reason 'was a trial'", now="2026-01-12"),
    Step("inbox remove spare", code=11, now="2026-01-12"),
    Step("show vip"),
    Step("ledger verify"),
)  # fmt: skip

IN_A_DOCUMENT = (
    Step("set vip --create --receive off", now="2026-01-01"),
    Step("set vip --receive on --for 1h", now="2026-01-02"),
    Step("retention set vip --remove-after 30d", now="2026-01-03"),
    Step("retention show"),
    Step("show"),
    Step("show vip"),
    Step("history vip"),
    Step("export"),
    Step("ledger verify"),
    Step("store info"),
)

SETTINGS = (
    Story("switches", SWITCHES),
    Story("documents", DOCUMENTS),
    Story("people", PEOPLE),
    Story("document-store", IN_A_DOCUMENT, store="s.toml"),
)
