"""After a slip `help:` is the line that was meant: whole, in another way for each kind of slip, and never another wish."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from occ_media_cli.cli.mending.mend import mend
from occ_media_cli.times import duration_meant
from tests.unit.cli.conftest import Run

WORLD = """
[inboxes.vip]
channels = ["whatsapp-cloud:7711", "web-widget:shop"]
tags = ["gold"]
[inboxes.lab]
[inboxes."büro"]
[agents.mona]
role = "agent"
inboxes = ["vip"]
"""

LINES = {
    # words in the place of options, and options in the place of words
    "ledger list vip": "ledger list --inbox vip",
    "hold add claim --customer 16505550123 --reason claim": "hold add --name claim --customer 16505550123 --reason claim",
    "hold add --name c --customer +1 650 555 --reason x": "hold add --name c --customer '+1 650 555' --reason x",
    "retention set vip 90 days": "retention set vip --remove-after 90d",
    "retention plan root": "retention plan --root root",
    "ledger flag w.1 'rude picture'": "ledger flag w.1 --reason 'rude picture'",
    "set --inbox vip --receive off": "set vip --receive off",
    "set vip --receive off --reason launch day": "set vip --receive off --reason 'launch day'",
    "set vip --message ''": "set vip --no-message",
    "retention set vip --remove-after 90": "retention set vip --remove-after 90d; or: ",
    "inbox rename vip to key-accounts": "inbox rename vip key-accounts",
    "apply -f w.toml": "apply w.toml",
    "export out.toml": "export --output out.toml",
    # in another order
    "preset apply vip text-only": "preset apply text-only vip",
    "agent deny vip mona send": "agent deny mona send --inbox vip",
    "inbox link whatsapp-cloud:1 vip": "inbox link vip whatsapp-cloud:1",
    # words of other tools
    "ledger list --status blocked -n 5": "ledger list --outcome blocked --limit 5",
    "audit --from 2026-01-01 --to 2026-04-01": "audit --since 2026-01-01 --until 2026-04-01",
    "show vip --on 2026-02-12": "show vip --at 2026-02-12",
    "report senders --csv": "report senders --format csv",
    "fit a.png --to whatsapp-cloud": "fit a.png --channel whatsapp-cloud",
    "ledger list --blocked": "ledger list --outcome blocked",
    "inbox delete lab": "inbox remove lab",
    "delete inbox lab": "inbox remove lab",
    "hold remove claim --reason settled": "hold release claim --reason settled",
    "library delete prices --reason old": "library retire prices --reason old",
    "agent show mona": "show --agent mona",
    "show mona": "show --agent mona",
    "show agents": "agent list",
    "audit received-while-off": "audit --rule received-while-off",
    "audit explain received-while-off": "rules explain received-while-off",
    "report blocked": "report attempts",
    "import e.ndjson": "ledger ingest ndjson e.ndjson",
    "ledger ingest e.ndjson": "ledger ingest ndjson e.ndjson",
    "customer list": "customer alias list",
    "status": "show",
    "list": "show; or: occ-media inbox list",
    "show -o json": "show --format json",
    # names
    "set vip,lab --send off": "set vip lab --send off",
    "set all --send off": "set --all --send off",
    "set gold --send off": "set --tag gold --send off",
    "set buero --send off": "set 'büro' --send off",
    "inbox unlink vip web-widget": "inbox unlink vip web-widget:shop",
    # signs of word processors, and what is missing
    "set vip –receive off": "set vip --receive off",
    "set vip --approved-only": "set vip --approved-only on; or: occ-media set vip --approved-only off",
    "hold release claim": "hold release claim --reason TEXT",
    "agent add lena vip": "agent add lena --inbox vip --role agent",
}  # fmt: skip
"""By what was typed, what is offered, or how it begins."""


@pytest.fixture
def desk(occ: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("w.toml").write_text(WORLD)
    Path("root").mkdir()
    Path("e.ndjson").touch()
    occ("apply", "w.toml", store="s.db")
    monkeypatch.setenv("OCC_MEDIA_STORE", "s.db")


@pytest.mark.usefixtures("desk")
def test_the_line_that_was_meant_is_offered() -> None:
    before = Path("s.db").read_bytes()
    found = {typed: mend(shlex.split(typed)) or "" for typed in LINES}
    wrong = {typed: said for typed, said in found.items() if not said.startswith(f"occ-media {LINES[typed]}")}
    assert wrong == {}
    assert Path("s.db").read_bytes() == before


@pytest.mark.parametrize(
    "typed",
    ["set retial --send off", "inbox remove vip2", "retention purge PLAN --root .", "frobnicate", "set vip --send off"],
)
@pytest.mark.usefixtures("desk")
def test_nothing_is_offered_where_nothing_tells(typed: str) -> None:
    assert mend(shlex.split(typed)) is None


def test_a_store_that_is_broken_hides_no_error(occ: Run) -> None:
    Path("broken.db").write_bytes(b"no store" * 999)
    assert "no option --colour" in occ("show", "--colour", "x", store="broken.db", code=2).err


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        (["ledger", "list", "vip"], "'vip' is one word too many: occ-media ledger list takes options alone"),
        (["revert", "vip", "1"], "occ-media revert needs --to, and '1' stands there without an option"),
        (["preset", "apply", "vip", "text-only"], "stand in another order than occ-media preset apply takes them"),
        (["set", "vip", "–receive", "off"], "begins with '–', which is no hyphen"),
        (["ledger", "ingest", "e.ndjson"], "'e.ndjson' stands where its kind should"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_what_is_wrong_is_told_as_a_person_sees_it(occ: Run, typed: list[str], what: str) -> None:
    assert what in occ(*typed, code=None, store="s.db").err


@pytest.mark.parametrize("name", ["retail-*", "a,b", "all", "vpi"])
@pytest.mark.usefixtures("desk")
def test_no_inbox_is_made_of_a_pattern_a_list_or_a_slip(occ: Run, name: str) -> None:
    assert "--create" not in occ("set", name, "--send", "off", store="s.db", code=11).err


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2h30m", "150m"), ("2 hours", "2h"), ("6months", "180d"), ("90 minutes", "90m"), ("a week", "1w"),
        ("1.5h", "90m"), ("1 day and 12 hours", "36h"), ("4H", "4h"), ("1 year", "365d"), ("half an hour", "30m"),
        ("soon", None), ("h", None), ("0h", None), ("4 parsecs", None), ("4", None),
    ],
)  # fmt: skip
def test_a_duration_in_words_is_told_in_ours(said: str, meant: str | None) -> None:
    assert duration_meant(said) == meant
