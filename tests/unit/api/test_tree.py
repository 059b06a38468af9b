"""Every command has its method, and every argument its check."""

from __future__ import annotations

import re
from typing import Any

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.api.arguments import CHECKS
from occ_media_cli.audit.reports import TABLES
from occ_media_cli.errors import Incomplete, NotFound, OccMediaError, Refused, UsageError
from tests.unit.api.methods import Method, methods
from tests.unit.cli.tree import commands

GROUPS = {"inbox": "inboxes", "agent": "agents", "preset": "presets", "hold": "holds", "rules": "rules", "library": "library",
          "ledger": "ledger", "retention": "retention", "store": "store"}  # fmt: skip
"""Groups of the command tree, and what they are called in Python."""

OTHERWISE = {
    ("customer", "alias", "add"): "customers.add_alias",
    ("customer", "alias", "remove"): "customers.remove_alias",
    ("customer", "alias", "list"): "customers.list_aliases",
    ("audit", "verify"): "verify_bundle",
    **{("report", name): "report" for name in TABLES},
}
"""Commands whose method has another name."""

NONE = {("completion",): "a shell completes commands, and Python has its own"}
"""Commands without a method, and why."""

BESIDE = {
    "set_many": "set --tag and --all", "permissions": "show --agent", "import_history": "history import",
    "channel": "types --channel", "retention.finish": "purge --finish", "retention.plan_files": "the files of a plan",
    "retention.verify_certificate": "retention verify --certificate",
    "ledger.scan": "scan --ledger", "library.allowed": "check --inbox, of the library alone",
    "ledger.attach_timestamp": "ledger checkpoint --attach",
}  # fmt: skip
"""Methods without a command of that name, and what they stand for."""


def method_of(words: tuple[str, ...]) -> str:
    """The naming rule: the words of the command, with the group in the plural."""
    if words in OTHERWISE:
        return OTHERWISE[words]
    return ".".join([GROUPS[words[0]], *words[1:]]) if words[0] in GROUPS else "_".join(words)


def test_every_command_has_its_method() -> None:
    wanted = {method_of(each.words) for each in commands() if each.words not in NONE}
    assert wanted | set(BESIDE) == {each.title for each in methods()}


METHODS = methods()


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.title)
def test_every_argument_is_checked_by_its_name(method: Method) -> None:
    unknown = [item.name for item in method.parameters if item.name not in CHECKS]
    assert unknown == []


PAIRS = [(each, item.name) for each in METHODS for item in each.parameters]
FILL: dict[str, Any] = {"entries": {}, "paths": ["x"], "change": {"send": True}, "version": 1, "inboxes": ["vip"], "targets": ["x"],
                        "ids": ["a", "b"]}  # fmt: skip


class Nothing:
    """A value that no argument takes."""

    def __repr__(self) -> str:
        return "<nothing>"


@pytest.mark.parametrize(("method", "name"), PAIRS, ids=lambda item: item if isinstance(item, str) else item.title)
def test_a_wrong_type_is_an_error_with_the_name(
    method: Method, name: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    desk: Any = OccMedia("desk.db", actor="dana")
    for word in method.words[:-1]:
        desk = getattr(desk, word)
    given = {item.name: FILL.get(item.name, "x") for item in method.parameters if item.default is item.empty}
    given |= {"everything": True} if method.title == "set_many" else {}
    for wrong in (Nothing(), b"bytes", object):
        with pytest.raises(UsageError) as caught:
            list_of(getattr(desk, method.words[-1])(**{**given, name: wrong}))
        assert name in caught.value.what or name == "change"
        assert "--" not in caught.value.what + (caught.value.hint or "")
    assert not list(tmp_path.iterdir()), "nothing was made"


def list_of(found: Any) -> None:
    """Read an iterator to its end."""
    if hasattr(found, "__next__"):
        for _ in found:
            pass


@pytest.mark.parametrize("half", ["a\ud800", "\udfffb", "a\0"])
def test_half_a_character_is_an_error_with_the_name(half: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    desk: Any = OccMedia("desk.db", actor="dana")
    for name, call in (
        ("inbox", lambda: desk.history(half)),
        ("customer", lambda: desk.ledger.erase(half, "case 1")),
        ("entry", lambda: desk.ledger.show(half)),
        ("plan", lambda: desk.retention.approve(half)),
        ("file", lambda: desk.drift(half)),
        ("checkpoint", lambda: desk.ledger.verify(half)),
        ("paths", lambda: desk.check(half)),
        ("customers", lambda: desk.ledger.list(customers=half)),
    ):
        with pytest.raises(UsageError, match=f"^{name} must be"):
            call()
    assert not list(tmp_path.iterdir()), "nothing was made"


def test_an_argument_that_there_is_not_is_an_error_with_its_name(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    desk: Any = OccMedia("desk.db", actor="dana")
    for words, call in (
        ("history has no argument 'inbx', did you mean 'inbox'?", lambda: desk.history(inbx="vip")),
        ("show has no argument 'x'", lambda: desk.ledger.show("a", x=1)),
        ("show is given entry twice", lambda: desk.ledger.show("a", entry="b")),
        ("show takes 1 arguments", lambda: desk.ledger.show("a", "b")),
        ("erase needs customer and reason", lambda: desk.ledger.erase()),
    ):
        with pytest.raises(UsageError, match=re.escape(words)) as told:
            call()
        assert told.value.hint
    assert not list(tmp_path.iterdir()), "nothing was made"


def test_a_group_and_a_rule_that_are_no_names(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    desk: Any = OccMedia("desk.db", actor="dana")
    with pytest.raises(UsageError, match=r"^group must be"):
        desk.store.init(group="staff\0")
    desk.store.init()
    with pytest.raises(NotFound, match="no rule ''"):
        desk.rules.explain("")
    with pytest.raises(Incomplete, match="name too long"):
        desk.store.restore("x" * 5_000)


def test_one_text_is_no_list_of_letters(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="inboxes must be a list of texts"):
        OccMedia("desk.db").presets.apply("text-only", "vip")
    (tmp_path / "ab").write_bytes(b"x")
    assert [file.shown for file in OccMedia("desk.db").check("ab")] == ["ab"]


def test_a_desk_that_is_read_only_changes_nothing(tmp_path: Any) -> None:
    store = tmp_path / "desk.db"
    OccMedia(store).store.init()
    before = store.read_bytes()
    desk = OccMedia(store, read_only=True)
    calls: list[Any] = [
        lambda: desk.set("inbox", {"send": False}), lambda: desk.inboxes.add("vip"), lambda: desk.store.init(),
        lambda: desk.agents.add("kim", "owner"), lambda: desk.gate({"id": "1"}), lambda: desk.ledger.erase("1", "x"),
        lambda: desk.retention.set(keep_for="1d"), lambda: desk.holds.add("h", "x", inbox="inbox"),
        lambda: desk.retention.plan(tmp_path), lambda: desk.retention.purge("p", tmp_path),
        lambda: desk.store.restore("x"), lambda: desk.ledger.ingest("ndjson", "x"),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(Refused, match="this desk is read-only"):
            call()
    assert desk.ledger.verify().intact
    assert store.read_bytes() == before


@pytest.mark.parametrize("wrong", [{"store": 5}, {"store": "a.txt"}, {"actor": "a\tb"}, {"actor": 5}, {"now": "soon"},
                                   {"read_only": "no"}, {"store": b"a.db"}])  # fmt: skip
def test_a_desk_is_checked_too(wrong: dict[str, Any]) -> None:
    with pytest.raises(OccMediaError) as caught:
        OccMedia(**wrong)
    assert caught.value.code == 2
    assert next(iter(wrong)) in caught.value.what
    assert "--" not in caught.value.what
