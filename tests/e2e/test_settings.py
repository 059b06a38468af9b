"""Settings through the program, on both kinds of store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Run = Any  # the fixture `occ` of conftest.py


def test_a_first_change_makes_the_store_and_says_what_customers_read(occ: Run, store: str, tmp_path: Path) -> None:
    done = occ("set", "inbox", "--receive", "off", store=store)
    assert done.err == f"note: made the store {store}\n"
    assert done.out == (
        "inbox, version 2\nreceive  on -> off\nsend     on\nCustomers who send a file now read:\n"
        "  Sorry, the media you sent cannot be viewed by the business.\nchange 2\n"
    )
    assert (tmp_path / store).stat().st_mode & 0o777 == 0o600
    assert occ("set", "inbox", "--receive", "off", store=store).out == "inbox, version 2, nothing changed\n"


def test_a_box_ends_by_itself_and_history_reads_like_a_log(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", store=store, now="2026-01-05T09:00:00Z")
    occ("set", "vip", "--send", "off", "--reason", "PCI finding 12", store=store, now="2026-01-19T13:20:00Z")
    done = occ("set", "vip", "--receive", "off", "--for", "4h", store=store)
    assert done.out == (
        "vip, version 3, until 2026-03-02T14:00:00.000Z (4h)\nreceive  on -> off\nsend     off\n"
        "vip, version 4, from 2026-03-02T14:00:00.000Z\nreceive  off -> on\n"
        "Customers who send a file now read:\n  Sorry, the media you sent cannot be viewed by the business.\n"
        "The change ends by itself; nothing needs to run.\nchange 5\n"
    )
    assert occ("history", "vip", store=store).out == (
        "Now  Version  From                      Change             By    Reason\n"
        "-          1  2026-01-05T09:00:00.000Z  created            dana  -\n"
        "-          2  2026-01-19T13:20:00.000Z  send on -> off     dana  PCI finding 12\n"
        "now        3  2026-03-02T10:00:00.000Z  receive on -> off  dana  -\n"
        "-          4  2026-03-02T14:00:00.000Z  receive off -> on  dana  end of 4h\n"
    )
    before = json.loads(occ("show", "vip", "--format", "json", store=store).out)["inboxes"][0]
    after = json.loads(occ("show", "vip", "--format", "json", store=store, now="2026-03-02T14:00:00Z").out)
    assert (before["receive"], before["version"], before["next"]["version"]) == (False, 3, 4)
    assert (after["inboxes"][0]["receive"], after["inboxes"][0]["version"]) == (True, 4)
    occ("revert", "vip", "--to", "2", store=store)
    assert json.loads(occ("show", "vip", "--format", "json", store=store).out)["inboxes"][0]["valid_to"] is None


def test_inboxes_can_be_listed_linked_tagged_renamed_and_removed(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", "--channel", "whatsapp-cloud", "--tag", "gold", store=store)
    assert "web-widget:shop" in occ("inbox", "link", "vip", "web-widget:shop", store=store).out
    occ("inbox", "add", "lab", store=store)
    assert "already belongs to inbox 'vip'" in occ("inbox", "link", "lab", "web-widget:shop", store=store, code=13).err
    occ("inbox", "unlink", "vip", "web-widget:shop", store=store)
    occ("inbox", "link", "lab", "web-widget:shop", store=store)
    assert "did you mean 'gold'?" in occ("inbox", "untag", "vip", "glod", store=store, code=11).err
    occ("inbox", "untag", "vip", "gold", store=store)
    occ("inbox", "tag", "vip", "silver", store=store)
    assert occ("inbox", "rename", "vip", "keys", store=store).out.startswith("vip -> keys\n")
    assert "did you mean 'keys'?" in occ("inbox", "remove", "kyes", store=store, code=11).err
    occ("inbox", "remove", "lab", store=store)
    listed = json.loads(occ("inbox", "list", "--format", "json", store=store).out)["inboxes"]
    assert [(item["name"], item["tags"], item["channels"]) for item in listed] == [
        ("keys", ["silver"], ["whatsapp-cloud"])
    ]
    assert "renamed from vip to keys" in occ("history", "keys", store=store).out
    assert "removed" in occ("history", "lab", store=store).out


def test_a_document_is_planned_applied_and_compared(occ: Run, store: str, tmp_path: Path) -> None:
    occ("inbox", "add", "old", store=store)
    (tmp_path / "f.toml").write_text(
        '[inboxes.vip]\nreceive = false\nmessage = "Email it to vip@example.com."\n'
        '[[retention.rule]]\nremove_after = "365d"\n'
    )
    assert occ("plan", "f.toml", store=store).out.splitlines()[-1] == "Plan: 2 to add, 0 to change, 0 to remove"
    assert "Drift from f.toml: 1 only in the store" in occ("drift", "f.toml", store=store, code=1).out
    occ("apply", "f.toml", store=store)
    assert "if it is right, --max-remove 50%" in occ("apply", "f.toml", "--prune", store=store, code=13).err
    occ("apply", "f.toml", "--prune", "--max-remove", "50%", store=store)
    assert occ("drift", "f.toml", store=store).out == "f.toml and the store say the same: 1 inbox compared\n"
    exported = occ("export", store=store).out
    assert "receive = false" in exported
    assert "old" not in exported


def test_read_only_refuses_and_leaves_every_byte(occ: Run, store: str, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store=store)
    (tmp_path / "f.toml").write_text("[inboxes.new]\n")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    for words in (
        ["set", "vip", "--receive", "off"], ["revert", "vip", "--to", "1"], ["inbox", "add", "x"],
        ["inbox", "rename", "vip", "x"], ["inbox", "remove", "vip"], ["inbox", "link", "vip", "telegram"],
        ["inbox", "unlink", "vip", "telegram"], ["inbox", "tag", "vip", "t"], ["inbox", "untag", "vip", "t"],
        ["apply", "f.toml"],
    ):  # fmt: skip
        assert "--read-only refuses every change" in occ(*words, "--read-only", store=store, code=13).err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_agents_are_added_allowed_and_denied(occ: Run, store: str) -> None:
    occ("agent", "add", "mona", "--role", "agent", "--inbox", "inbox", store=store)
    assert "did you mean 'owner'?" in occ("agent", "add", "x", "--role", "onwer", store=store, code=2).err
    assert (
        "The attachment icon is not there." in occ("agent", "deny", "mona", "send", "--inbox", "inbox", store=store).out
    )
    shown = json.loads(occ("show", "--agent", "mona", "--format", "json", store=store).out)["inboxes"][0]["agent"]
    assert shown == {"name": "mona", "may_send": False, "may_view": True, "attachment_icon": False}
    occ("agent", "allow", "mona", "send", "--inbox", "inbox", store=store)
    occ("set", "inbox", "--send", "off", store=store)
    assert (
        "mona may send and may view; the attachment icon is not there"
        in occ("show", "inbox", "--agent", "mona", store=store).out
    )
    assert "still named by agent '" in occ("inbox", "remove", "inbox", store=store, code=13).err
    occ("inbox", "rename", "inbox", "desk", store=store)
    assert json.loads(occ("agent", "list", "--format", "json", store=store).out)["agents"][0]["inboxes"] == ["desk"]
    occ("agent", "remove", "mona", store=store)
    assert "did you mean" not in occ("show", "--agent", "mona", store=store, code=11).err


def test_a_preset_shows_the_difference_and_then_applies_it(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", store=store)
    done = occ("preset", "apply", "text-only", "vip", store=store).out
    assert done.startswith("What    Where      Change\nchange  inbox vip  receive on -> off\n")
    assert done.endswith("vip, version 2, preset text-only\nchange 4\n")
    assert occ("preset", "apply", "text-only", "vip", store=store).out == "vip, version 2, nothing changed\n"
    assert len(json.loads(occ("preset", "list", "--format", "json").out)["presets"]) == 9
    assert "did you mean 'text-only'?" in occ("preset", "show", "text-onl", code=11).err


def test_a_backup_is_put_back_and_what_was_there_is_kept(occ: Run, store: str, tmp_path: Path) -> None:
    occ("set", "inbox", "--receive", "off", store=store)
    before = occ("show", "--format", "json", store=store).out
    occ("store", "backup", "copy.backup", store=store)
    occ("set", "inbox", "--receive", "on", store=store)
    assert "The store as it was before is" in occ("store", "restore", "copy.backup", store=store).out
    assert occ("show", "--format", "json", store=store).out == before
    assert len(list(tmp_path.glob("*before-restore*"))) == 1
    (tmp_path / "no.backup").write_bytes(b"not a backup at all, but long enough to be looked at" * 100)
    assert "not a backup" in occ("store", "restore", "no.backup", store=store, code=20).err
    assert occ("show", "--format", "json", store=store).out == before
    assert "entries" in occ("store", "info", store=store).out
    assert "damaged" not in occ("doctor", store=store).out


def test_a_history_moves_from_one_store_to_the_other(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", store=store, now="2026-01-05T09:00:00Z")
    occ("set", "vip", "--receive", "off", "--reason", "why", store=store, now="2026-01-19T13:20:00Z")
    occ("set", "vip", "--receive", "on", "--for", "4h", store=store, now="2026-01-20T13:20:00Z")
    occ("history", "--format", "json", "--output", "h.json", store=store)
    occ("inbox", "add", "vip", store="other.db", now="2026-02-01T00:00:00Z")
    occ("history", "import", "h.json", store="other.db")
    for moment in ("2026-01-05T09:00:00Z", "2026-01-19T13:20:00Z", "2026-01-20T14:00:00Z", "2026-01-21T00:00:00Z"):
        shown = [
            json.loads(occ("show", "vip", "--at", moment, "--format", "json", store=name).out)["inboxes"][0]
            for name in (store, "other.db")
        ]
        assert shown[0]["receive"] == shown[1]["receive"]
        assert shown[0]["message"] == shown[1]["message"]
    assert json.loads(occ("show", "vip", "--format", "json", store="other.db").out)["inboxes"][0]["receive"] is True


def test_completion_knows_every_command(occ: Run) -> None:
    for shell in ("bash", "zsh", "fish"):
        script = occ("completion", shell).out
        assert "receive" in script
        assert "rename" in script
    assert "did you mean 'bash'?" in occ("completion", "bas", code=2).err
