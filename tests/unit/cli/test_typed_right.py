"""A mistyped name of something that is there: help is the command again, whole, with the name that was meant."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.cli.typed_right import at_store, typed_right
from occ_media_cli.errors import Slip
from tests.unit.cli import tree
from tests.unit.cli.conftest import Run
from tests.unit.copies import made_once

WORLD = """
[inboxes.vip]
channels = ["whatsapp-cloud", "web-widget:shop"]
tags = ["gold"]
[inboxes.lab]
[agents.mona]
role = "agent"
inboxes = ["vip"]
[[retention.rule]]
inbox = "vip"
remove_after = "400d"
"""

ROW = '{"id": "w.1", "time": "2026-03-01T10:00:00Z", "inbox": "vip", "direction": "send", "name": "a.png", "size": 4}\n'

NAMES = {
    "inbox": "vip", "inboxes": "vip", "agent": "mona", "channel": "whatsapp-cloud", "channels": "whatsapp-cloud",
    "rule": "over-limit", "tag": "gold", "plan": "PLAN", "words": "vip", "old": "vip", "type": "pdf",
}  # fmt: skip
"""By parameter, what is there; the commands below have other things under the name."""

OF_COMMANDS = {
    ("inbox unlink", "channel"): "web-widget:shop", ("inbox untag", "text"): "gold",
    **{(f"inbox {word}", "name"): "vip" for word in ("remove", "link", "unlink", "tag", "untag")},
    **{(f"agent {word}", "name"): "mona" for word in ("change", "remove", "allow", "deny")},
    **{(f"preset {word}", "name"): "text-only" for word in ("show", "apply")},
    ("agent change", "add"): "vip", ("agent change", "take"): "vip",
    ("hold release", "name"): "claim",
    **{(f"library {word}", "name"): "prices" for word in ("approve", "retire")},
    **{(f"library {word}", "tags"): "gold" for word in ("propose", "add", "list")},
}  # fmt: skip

OTHER = {
    "inbox add name": "it is made", "agent add name": "it is made", "hold add name": "it is made",
    "library propose name": "it is made", "library add name": "it is made", "inbox add tags": "any text", "inbox tag text": "any text", "ledger list name": "a pattern",
    "retention explain name": "an entry: nobody's id is guessed", "hold add conversation": "of people: none is guessed",
    "hold add customer": "as above", "hold add entry": "an entry", "diagnose entry": "an entry",
    "ledger list conversation": "as above", "ledger list customer": "as above", "ledger erase customer": "as above",
    "retention plan customer": "as above", "customer alias remove customer": "as above",
    "customer alias list customer": "as above", "customer alias add ids": "as above",
    "fit jobs": "a number",
    **{f"ledger ingest {name}": "an id of the platform that was archived"
       for name in ("agent", "customer", "ticket", "requester", "account")},
}  # fmt: skip
"""What looks like the name of something that is there, and is none."""

REQUIRED = {
    "root": "root",
    "source": "e.ndjson",
    "paths": "a.png",
    "files": "a.png",
    "version": "1",
    "new": "new",
    "folder": "root",
}

MORE = {
    "agent change": ["--role", "admin"],
    "set": ("--receive", "off"), "retention set": ("--remove-after", "3d"), "check": ("a.png",),
    "library find": ("a.png",),
    "scan": ("--ledger", "--root", "root", "--antivirus", "off"),
}  # fmt: skip

CODES = {
    ("set", "tag"): 2,
    ("show", "tag"): 2,
    ("ledger list", "channel"): 0,
    ("ledger list", "agent"): 0,
    ("ledger list", "type"): 0,
}
"""Where the code is not 11: a tag of nobody is no selection, and an empty list is an answer."""


def name_of(command: tree.Command, item: Any) -> str | None:
    """The name of something that is there, as a command takes it; None where the parameter takes no such name."""
    words = " ".join(command.words)
    return OF_COMMANDS.get((words, item.name)) or (None if f"{words} {item.name}" in OTHER else NAMES.get(item.name))


def mistyped(name: str) -> str:
    """The name with two letters in the wrong order, not among the last: an account is named behind a colon."""
    return name[0] + name[2] + name[1] + name[3:] if name[1] != name[2] else name[1] + name[0] + name[2:]


def line(command: tree.Command, item: Any, name: str) -> list[str]:
    given = {item.name: name}
    for other in command.parameters:
        if other.required and other is not item:
            value = name_of(command, other) or REQUIRED.get(other.name)
            given |= {other.name: value} if value is not None else {}
    if command.words == ("check",) and item.name == "agent":
        given["inboxes"] = "vip"
    return [*tree.fill(command, given, "settings.toml"), *MORE.get(" ".join(command.words), ())]


PLACES = [
    pytest.param(command, item, id=f"{' '.join(command.words)} {item.name}")
    for command in tree.commands()
    for item in command.parameters
    if name_of(command, item) is not None
]


@pytest.fixture
def plan(occ: Run) -> str:
    """A store with one of each, and the id of its plan."""
    return made_once("a store with one of each", Path.cwd(), lambda: fill(occ))


def fill(occ: Run) -> str:
    """Make it."""
    Path("settings.toml").write_text(WORLD)
    Path("e.ndjson").write_text(ROW)
    Path("a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    Path("root").mkdir()
    occ("apply", "settings.toml", store="s.db")
    occ("ledger", "ingest", "ndjson", "e.ndjson", store="s.db")
    occ("hold", "add", "--name", "claim", "--inbox", "lab", "--reason", "claim 4711", store="s.db")
    Path("t.txt").write_text("Prices\n")
    occ("library", "propose", "t.txt", "--name", "prices", "--version", "1", store="s.db")
    out = occ("retention", "plan", "--root", "root", store="s.db").out
    return re.search(r"plan ([0-9a-f]{8,})", out)[1]  # type: ignore[index]  # else the test fails, as it should


@pytest.mark.parametrize(("command", "item"), PLACES)
def test_help_for_a_mistyped_name_is_the_command_that_was_meant(
    occ: Run, plan: str, command: tree.Command, item: Any
) -> None:
    name = name_of(command, item)
    name = plan if name == "PLAN" else str(name)
    place = (" ".join(command.words), item.name)
    wrong = [*(plan if word == "PLAN" else word for word in line(command, item, mistyped(name)))]
    right = [*(plan if word == "PLAN" else word for word in line(command, item, name))]
    before = Path("s.db").read_bytes()
    answer = occ(*wrong, store="s.db", code=CODES.get(place, 11))
    assert Path("s.db").read_bytes() == before
    assert f", did you mean '{name.partition(':')[0]}" in answer.err
    said = answer.err.rpartition("help: ")[2].rstrip('"}\n')
    assert shlex.split(said)[5:] == right
    shutil.copy("s.db", "again.db")
    assert "did you mean" not in occ(*right, store="again.db", code=None).err


def test_every_parameter_that_takes_a_name_is_tried() -> None:
    """Guards against a new command whose mistyped names nobody looks at."""
    looks = re.compile(
        r"\[?(N|NAME|INBOX|INBOX\|default|INBOX\.\.\.|P|ID|ID ID…|PLAN|TAG|T|OLD|ENTRY)\]?( …)?$|\[INBOX\]"
    )
    tried = {place.id for place in PLACES}
    found = {
        f"{' '.join(command.words)} {item.name}"
        for command in tree.commands()
        for item in command.parameters
        if looks.match(item.metavar or "") and item.name not in ("since", "until", "limit")
    }
    entries = {each for each in found if each.endswith(" entry")}
    assert found - tried - set(OTHER) - entries == set()
    assert len(tried) > 50


@pytest.mark.parametrize(("typed", "there"), [("store1", "store2"), ("q1-2026", "q2-2026"), ("sales-fr", "sales-de")])
def test_a_name_that_may_be_another_on_purpose_is_asked_about_and_not_put_into_a_command(
    occ: Run, typed: str, there: str
) -> None:
    """Guards against a pasted command that removes another inbox than the one that was meant."""
    occ("inbox", "add", there, store="s.db")
    assert "one: occ-media --store s.db inbox list\n" in occ("inbox", "remove", typed, store="s.db", code=11).err


def test_an_inbox_that_has_another_name_now_is_put_into_the_command(occ: Run) -> None:
    occ("inbox", "add", "vip", store="s.db")
    occ("inbox", "rename", "vip", "key accounts", store="s.db")
    said = occ("set", "vip", "--send", "off", store="s.db", code=11).err
    assert "it is called 'key accounts' now" in said
    assert said.endswith("set 'key accounts' --send off\n")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["set", "vpi", "--reason", "vpi"], "set vip --reason vpi"),
        (["set", "vpi", "--reason=vpi"], "set vip --reason=vpi"),
        (["audit", "--inbox=vpi"], "audit --inbox=vip"),
        (["--actor", "vpi", "show", "vpi"], "--actor vpi show vip"),
        (["hold", "add", "--name", "vpi", "--inbox", "vpi"], "hold add --name vpi --inbox vip"),
        (["agent", "allow", "vpi", "send", "--inbox", "vpi"], None),  # nobody knows which of the two
        (["apply", "file.toml"], None),  # it does not stand in the line
    ],
)
def test_the_word_is_replaced_where_it_names_something_and_nowhere_else(typed: list[str], meant: str | None) -> None:
    assert typed_right(Slip("vpi", ("vip",)), typed) == (None if meant is None else f"occ-media {meant}")


def test_words_are_compared_as_names_are_kept_and_quoted_for_a_shell() -> None:
    assert typed_right(Slip("café", ("cafés nord",)), ["show", "cafe\u0301"]) == "occ-media show 'cafés nord'"


def test_a_name_that_begins_like_an_option_is_no_word_by_itself() -> None:
    assert typed_right(Slip("vip", ("-vip",)), ["show", "vip"]) is None
    assert typed_right(Slip("vip", ("-vip",)), ["show", "--", "vip"]) == "occ-media show -- -vip"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["--store", "shpo.db", "show"], "--store shop.db show"),
        (["show", "--store=shpo.db"], "show --store=shop.db"),
        (["show", "--store", "./shpo.db"], "show --store shop.db"),
        (["show", "vip"], "--store shop.db show vip"),  # named by the environment
    ],
)
def test_a_store_is_replaced_wherever_it_was_named(typed: list[str], meant: str) -> None:
    assert typed_right(Slip("shpo.db", ("shop.db",), ("store",)), typed) == f"occ-media {meant}"


@pytest.mark.parametrize("ending", [".db", ".toml"])
@pytest.mark.parametrize(
    "words",
    [
        ("show",), ("show", "vip"), ("history",), ("inbox", "list"), ("ledger", "list"), ("audit",),
        ("report", "shared"), ("export",), ("store", "info"), ("retention", "show"), ("hold", "list"),
        ("set", "vip", "--receive", "off"), ("hold", "release", "x", "--reason", "x"), ("inbox", "remove", "vip"),
        ("retention", "plan", "--root", "."),
    ],
)  # fmt: skip
def test_a_mistyped_store_is_answered_with_the_command_that_names_the_right_one(
    occ: Run, tmp_path: Path, ending: str, words: tuple[str, ...]
) -> None:
    occ("inbox", "add", "vip", store=f"shop{ending}")
    before = sorted(tmp_path.iterdir())
    said = occ(*words, store=f"shpo{ending}", code=11)
    assert said.out == ""
    assert f"error: shpo{ending}: no such store, did you mean 'shop{ending}'?" in said.err
    assert said.err.endswith(f"occ-media --store shop{ending} --now 2026-03-02T10:00:00Z {shlex.join(words)}\n")
    assert sorted(tmp_path.iterdir()) == before


def test_doctor_tells_a_mistyped_store_and_still_looks_at_the_rest(occ: Run) -> None:
    occ("inbox", "add", "vip", store="shop.db")
    said = occ("doctor", store="shpo.db", code=1)
    assert "shpo.db: no such store, did you mean 'shop.db'?" in said.out
    assert "help: occ-media --store shop.db --now 2026-03-02T10:00:00Z doctor" in said.out
    assert "libmagic" in said.out


def test_help_that_is_pasted_reaches_the_store_that_was_typed(occ: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `--store` it would take the inbox out of the default store, which somebody did not mean."""
    occ("inbox", "add", "vip")
    Path("s.toml").write_text(WORLD)
    for store in ("s.toml", "my s.toml"):
        Path("s.toml").rename(store)
        for before, behind in ([f"--store={store}"], []), (["--store", store], []), ([], ["--store", store]):
            refused = occ(*before, "inbox", "remove", "vip", *behind, code=13).err
            assert f"occ-media --store {shlex.quote(store)} inbox remove vip --force" in refused
        Path(store).rename("s.toml")
    monkeypatch.setenv("OCC_MEDIA_STORE", "s.toml")  # it is still set when the line is pasted
    assert "occ-media inbox remove vip --force" in occ("inbox", "remove", "vip", code=13).err


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("add one: occ-media inbox add NAME", "add one: occ-media --store s.db inbox add NAME"),
        ("see occ-media hold list; or: occ-media --actor NAME hold list",
         "see occ-media --store s.db hold list; or: occ-media --store s.db --actor NAME hold list"),
        ("write it anew: occ-media --store a.toml export", "write it anew: occ-media --store a.toml export"),
        ("occ-media show vip --store=s.db", "occ-media show vip --store=s.db"),
        ("occ-media set --help", "occ-media set --help"),
        ("a newer occ-media made it", "a newer occ-media made it"),
        ("occ-media inbox tag vip 'ask: occ-media inbox list'",
         "occ-media --store s.db inbox tag vip 'ask: occ-media inbox list'"),
        ("see the store's own: occ-media inbox tag vip 'a'", "see the store's own: occ-media --store s.db inbox tag vip 'a'"),
    ],
)  # fmt: skip
def test_a_command_line_in_a_sentence_names_the_store(said: str, shown: str) -> None:
    assert at_store(said, ["--store", "s.db", "show"]) == shown
    assert at_store(said, ["show", "--", "--store", "s.db"]) == said


def test_a_name_behind_the_dashes_is_not_put_before_them() -> None:
    slip = Slip("set", ("show", "-x"), instead=("-x",))
    assert typed_right(slip, ["set", "--", "-x"]) is None
