"""Every door to the settings asks the same check: the command line, Python, presets, documents and imports."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import occ_media_cli
from occ_media_cli import times
from occ_media_cli.api import OccMedia
from occ_media_cli.decide.known_profiles import known_profiles
from occ_media_cli.errors import OccMediaError
from occ_media_cli.settings import inbox_fields, presets, sections
from occ_media_cli.settings.document import document_schema, literal
from occ_media_cli.settings.editing import editing
from occ_media_cli.settings.editor import Editor
from occ_media_cli.settings.model import EMPTY_SECTIONS, FIELDS, InboxChange, InboxPlan, InboxSettings, TimeBox
from occ_media_cli.store import locate, who

Run = Any  # the fixture `occ` of conftest.py
NOW = times.parse("2026-03-02T10:00:00Z")

WRONG: list[tuple[str, Any, str]] = [
    ("send", "off", 'send must be true or false, not "off"'),
    ("receive", "off", 'receive must be true or false, not "off"'),
    ("receive", 1, "receive must be true or false, not 1"),
    ("receive", 0.5, "receive must be true or false, not 0.5"),
    ("receive", None, "receive must be true or false, not nothing"),
    ("send_approved_only", "on", 'send_approved_only must be true or false, not "on"'),
    ("message", 5, "message must be text, not 5"),
    ("message", True, "message must be text, not true"),
    ("message", "", "the message is empty"),
    ("message", "x" * 5_000, "the message has 5,000 characters; 1,024 are the most"),
    ("message", "\x1b[31m", "the message has the control character U+001B at position 1"),
    ("message", "a\u202eb", "the message has the control character U+202E at position 2"),
    ("message", "hi {name}", "the message has the placeholder '{name}'; there are {inbox} and {channel}"),
    ("messages", "x", 'messages must be a table, not "x"'),
    ("messages", {"German": "x"}, "'German' is not a language tag such as ar or pt-BR"),
    ("messages", {"qq": "x"}, "'qq' is not a language tag such as ar or pt-BR"),
    ("messages", {"ar": "\x07"}, "the message has the control character U+0007 at position 1"),
    ("messages", {"pt-br": "x", "pt-BR": "y"}, "messages has both 'pt-br' and 'pt-BR'"),
    ("channels", "whatsapp-cloud", 'channels must be an array of texts, not "whatsapp-cloud"'),
    ("channels", [1], "channels must be an array of texts, not an array"),
    ("channels", ["nonsense"], "there is no channel profile 'nonsense'"),
    ("channels", ["web-widget:"], "channel 'web-widget:' is neither PROFILE nor PROFILE:ACCOUNT"),
    ("channels", ["telegram", "telegram"], "channels names one twice"),
    ("tags", "gold", 'tags must be an array of texts, not "gold"'),
    ("tags", ["a\tb"], "is not 1 to 64 printable characters"),
    ("tags", ["x" * 65], "is not 1 to 64 printable characters"),
    ("description", 7, "description must be text, not 7"),
    ("description", "a\x1bb", "description has the control character U+001B at position 2"),
    ("description", "x" * 2_001, "description has 2,001 characters; 2,000 are the most"),
    ("scan", "sometimes", 'scan must be off, record or required, not "sometimes"'),
    ("scan", True, "scan must be off, record or required, not true"),
    ("quota", "20GB", "quota '20GB' is not a size"),
    ("quota", 20, "quota must be text, not 20"),
    ("quota", "9" * 5_000 + " GB", "is not a size"),
    ("quota", "9" * 18 + " TB", "is more than a store can count"),
    ("recieve", True, "unknown key 'recieve', did you mean 'receive'?"),
]

RIGHT: list[tuple[str, Any, Any]] = [
    ("send", False, False),
    ("receive", False, False),
    ("send_approved_only", True, True),
    ("message", "Email\nit to {inbox}@example.com", "Email\nit to {inbox}@example.com"),
    ("messages", {"ar": "x", "pt-BR": "y", "zh-Hant-TW": "z"}, {"ar": "x", "pt-BR": "y", "zh-Hant-TW": "z"}),
    ("channels", ["telegram", "web-widget:shop"], ("telegram", "web-widget:shop")),
    ("tags", ["gold", "two words"], ("gold", "two words")),
    ("description", "Key accounts, \u2067عربي\u2069", "Key accounts, \u2067عربي\u2069"),
    ("scan", "required", "required"),
    ("quota", "020 GB", "20 GB"),
]

OPTIONS = {"send": "--send", "receive": "--receive", "send_approved_only": "--approved-only", "message": "--message",
           "description": "--description", "scan": "--scan", "quota": "--quota"}  # fmt: skip

CANNOT = "this door cannot say it"

Door = Callable[[Run, Path, str, Any], str | None]
"""Asks for a field to have a value and gives back the error's core, None where it was taken, or CANNOT."""


@contextmanager
def edit(store: Path) -> Iterator[Editor]:
    with editing(locate.at(store, explicit=True), who.stamp("dana", now=NOW + 1), profiles=known_profiles) as editor:
        yield editor


def core(words: str) -> str:
    """The text of an error without the file, the line and the inbox that it is about."""
    return words.partition("error: ")[2].partition("\nhelp: ")[0].split("inbox 'vip': ")[-1].strip() or words


def through_python(occ: Run, store: Path, field: str, value: Any) -> str | None:
    try:
        OccMedia(store, actor="dana").set("vip", {field: value}, now=NOW + 1)  # type: ignore[misc]
    except OccMediaError as problem:
        return core(f"error: {problem.what}") if problem.code in (2, 11) else f"exit {problem.code}"
    return None


def through_add(occ: Run, store: Path, field: str, value: Any) -> str | None:
    settings: Any = type("Like", (), {})()
    settings.__dict__.update({name: getattr(InboxSettings(), name) for name in FIELDS} | {field: value})
    if field not in FIELDS:
        return CANNOT
    try:
        with edit(store) as editor:
            editor.remove_inbox("vip")
            editor.add_inbox("vip", settings)
    except OccMediaError as problem:
        return core(f"error: {problem.what}")
    return None


def through_plan(occ: Run, store: Path, field: str, value: Any) -> str | None:
    if field not in FIELDS:
        return CANNOT
    try:
        with edit(store) as editor:
            wanted = InboxSettings().changed({field: value})
            editor.replan("vip", InboxPlan(wanted, (TimeBox(NOW + 5, wanted),)))
    except OccMediaError as problem:
        return core(f"error: {problem.what}")
    return None


def _document(field: str, value: Any) -> str | None:
    """An inbox with a field; None for what TOML cannot say."""
    return None if value is None else f"[inboxes.vip]\n{field} = {literal.literal_of(value)}\n"


def through_a_document(occ: Run, store: Path, field: str, value: Any) -> str | None:
    text = _document(field, value)
    if text is None:
        return CANNOT
    Path("d.toml").write_text(text, encoding="utf-8")
    right = _is_right(field, value)
    found = core(occ("apply", "d.toml", store=str(store), code=0 if right else 20, now="2026-03-02T10:00:01Z").err)
    return None if right else found


def through_a_hand_edit(occ: Run, store: Path, field: str, value: Any) -> str | None:
    if store.suffix != ".toml":
        return CANNOT
    text = _document(field, value)
    if text is None:
        return CANNOT
    store.write_text(text, encoding="utf-8")
    right = _is_right(field, value)
    found = core(occ("inbox", "add", "other", store=str(store), code=0 if right else 10, now=None).err)
    return None if right else found


def through_an_import(occ: Run, store: Path, field: str, value: Any) -> str | None:
    row = {"name": "vip", "valid_from": "2026-03-02T10:00:00.001Z", field: value}
    Path("h.ndjson").write_text(json.dumps(row), encoding="utf-8")
    right = _is_right(field, value)
    found = core(occ("history", "import", "h.ndjson", store=str(store), code=0 if right else 20, now=None).err)
    return None if right else found


def through_the_command_line(occ: Run, store: Path, field: str, value: Any) -> str | None:
    words = _words(field, value)
    if not words:
        return CANNOT
    right = _is_right(field, value)
    code = 0 if right else 11 if value == ["nonsense"] else 2
    found = [core(occ(*line, store=str(store), code=code, now="2026-03-02T10:00:01Z").err) for line in words]
    if not right and "is none of" in found[0]:  # the type of the option knew its words before anybody asked the table
        return CANNOT
    return None if right else found[0]


def _words(field: str, value: Any) -> list[list[str]]:
    if isinstance(value, bool) and field in ("send", "receive", "send_approved_only"):
        return [["set", "vip", OPTIONS[field], "on" if value else "off"]]
    if field in OPTIONS and isinstance(value, str) and field not in ("send", "receive", "send_approved_only"):
        return [["set", "vip", OPTIONS[field], value]]
    if field == "messages" and isinstance(value, dict):
        return [["set", "vip", *(word for tag, text in value.items() for word in ("--message-for", f"{tag}={text}"))]]
    if isinstance(value, list) and all(isinstance(item, str) for item in value) and len(set(value)) == len(value):
        return [["inbox", "link" if field == "channels" else "tag", "vip", item] for item in value]
    return []


def _is_right(field: str, value: Any) -> bool:
    return any((field, value) == (other, given) for other, given, _ in RIGHT)


DOORS: list[Door] = [
    through_python, through_add, through_plan, through_a_document, through_a_hand_edit, through_an_import,
    through_the_command_line,
]  # fmt: skip


@pytest.fixture
def desk(occ: Run, store: str, tmp_path: Path) -> Path:
    occ("inbox", "add", "vip", store=store)
    return tmp_path / store


def kept(store: Path) -> InboxSettings:
    with edit(store) as editor:
        return editor.config().inboxes["vip"].base


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_a_wrong_value_is_refused_in_the_same_words(occ: Run, desk: Path, door: Door) -> None:
    before = desk.read_bytes()
    found = {}
    for field, value, what in WRONG:
        said = door(occ, desk, field, value)
        if said is not CANNOT and what not in (said or "it was taken"):
            found[field, str(value)[:40]] = said
        if door is through_a_hand_edit:
            desk.write_bytes(before)
    assert found == {}
    assert kept(desk) == InboxSettings()
    assert desk.suffix == ".db" or desk.read_bytes() == before


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_a_right_value_is_kept_in_one_form(occ: Run, desk: Path, door: Door) -> None:
    for field, value, stored in RIGHT:
        said = door(occ, desk, field, value)
        if said is CANNOT:
            continue
        assert said is None
        found = getattr(kept(desk), field)
        assert (found, type(found)) == (stored, type(stored))


def test_a_preset_passes_the_same_check(occ: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad: Any = presets.Preset("bad", "Bad", "a preset of somebody else", receive="off")  # type: ignore[arg-type]
    monkeypatch.setattr(presets, "PRESETS", (*presets.PRESETS, bad))
    done = occ("preset", "apply", "bad", "vip", store=desk.name, code=2, now="2026-03-02T10:00:01Z")
    assert "receive must be true or false" in done.err
    assert kept(desk) == InboxSettings()


SECTIONS: list[tuple[str, Any, str]] = [
    ("agents", {"kim": {"role": "boss"}}, "role must be owner, admin, supervisor or agent"),
    ("agents", {"k\x1b": {"role": "agent"}}, "an agent name has 1 to 128 printable characters"),
    ("agents", {"kim": {"role": "agent", "inboxes": ["nobody"]}}, "no inbox 'nobody'"),
    ("agents", {"kim": {"role": "agent", "inboxes": "vip"}}, "inboxes must be an array of texts"),
    ("agents", [], "agents must be a table"),
    ("retention", [{"remove_after": "soon"}], "'soon' is not a duration"),
    ("retention", [{"remove_after": 30}], "remove_after must be text, not 30"),
    ("retention", [{"keep_for": "1d", "category": "films"}], "category must be audio, document, image or video"),
    ("rules", {"over-limit": {"at_least": float("nan")}}, "at_least must be a whole number or text"),
    ("rules", {"over-limit": {"severity": "eror"}}, "severity must be note, warning or error"),
    ("suppressions", [{"reason": "x"}], "has no rule"),
    ("suppressions", [{"rule": "over-limit", "reason": 5}], "reason must be text, not 5"),
    ("channels", {"own": {"base": 1.5}}, "must be text, a whole number, true or false"),
    ("store", {"second_person": "yes"}, "second_person must be true or false"),
    ("nonsense", {}, "there is no section 'nonsense'"),
]


@pytest.mark.parametrize(("section", "value", "what"), SECTIONS, ids=range(len(SECTIONS)))
def test_a_section_is_checked_whoever_sets_it(desk: Path, section: str, value: Any, what: str) -> None:
    with pytest.raises(OccMediaError, match=what) as caught, edit(desk) as editor:
        editor.set_section(section, value)
    assert caught.value.code == 2


def test_a_section_is_kept_as_a_document_would_say_it(desk: Path) -> None:
    with edit(desk) as editor:
        editor.set_section("retention", [{"remove_after": "30d"}])
        assert editor.config().sections["retention"] == [{"remove_after": "30d", "remove_after_ms": 30 * times.DAY}]
        editor.set_section("suppressions", [{"rule": "over-limit", "expires": "2026-12-31"}])
        (row,) = editor.config().sections["suppressions"]  # type: ignore[misc]
        assert row["expires"] == "2026-12-31T00:00:00.000Z"
        editor.set_section("agents", {"kim": {"role": "agent", "inboxes": ("vip",)}})
        assert editor.config().sections["agents"] == {"kim": {"role": "agent", "inboxes": ["vip"]}}


def test_there_is_one_list_of_fields() -> None:
    """Guards against a field that stands in one list only: the values of the model, the type that Python callers are
    given (InboxChange), the table of checks (INBOX), and the keys that a document takes for an inbox and for a box."""
    assert set(inbox_fields.INBOX) == set(FIELDS) == set(InboxChange.__annotations__)
    assert set(inbox_fields._BOX) == {*FIELDS, "until"}
    assert {section for section, _ in sections.TOP_KEYS.values()} == set(EMPTY_SECTIONS)
    unboxed = {key for key, check in inbox_fields._BOX.items() if inbox_fields.INBOX.get(key) is check}
    assert unboxed == set(FIELDS) - {"message", "quota"}, "a box has no checks of its own but for what it may take away"


PRIVATE = {"languages", "SCAN_MODES", "size_text", "size_bytes", "LONGEST_MESSAGE", "LONGEST_TAG", "LONGEST_CHANNEL",
           "plain_text", "INBOX"}  # fmt: skip
"""What only the table of checks asks."""


def second_checks(text: str) -> set[str]:
    """What a source takes of the table's own: whoever takes it checks a setting by itself."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        names = {node.attr} if isinstance(node, ast.Attribute) else set()
        names |= {node.id} if isinstance(node, ast.Name) else set()
        names |= {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) else set()
        found |= names & PRIVATE
    return found


def test_nobody_else_knows_what_a_setting_may_be() -> None:
    """Guards against a second check in the command line, the API or a preset: they may not ask what a text, a tag, a
    channel, a size or a scan mode is, but only call `inboxes.checked` or the editor."""
    root = Path(occ_media_cli.__file__).parent
    files = [*root.glob("cli/**/*.py"), *root.glob("api/*.py"), root / "settings" / "presets.py", root / "settings" / "imported.py",
             root / "settings" / "editor.py", root / "settings" / "history_import.py"]  # fmt: skip
    allowed = {("editor.py", "plain_text")}  # a reason is no setting
    found = {(file.name, name) for file in files for name in second_checks(file.read_text(encoding="utf-8"))}
    assert found <= allowed
    assert document_schema.config.__module__.endswith("schema")
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    for words in ("printable characters", "isprintable", "must be true or false", "is not a language"):
        assert words not in text


@pytest.mark.parametrize(
    ("words", "code", "help_text"),
    [
        (
            ["set", "lab", "--send", "off"],
            11,
            "--create makes a new one; see the only one: occ-media --store s.db inbox list",
        ),
        (["show", "lab"], 11, "see the only one: occ-media --store s.db inbox list"),
        (["inbox", "add", "vip"], 2, "occ-media --store s.db show vip"),
        (["revert", "vip", "--to", "9"], 11, "occ-media --store s.db history vip"),
        (["agent", "remove", "kim"], 11, "occ-media --store s.db agent add kim --role agent"),
        (
            ["inbox", "link", "vip", "nonsense"],
            11,
            "add [channels.nonsense], or take it out; what there is: occ-media --store s.db channels",
        ),
        (["set", "vip", "--send", "off", "--inside"], 2, "leave --inside out"),
    ],
)
def test_the_command_line_says_what_to_type(occ: Run, words: list[str], code: int, help_text: str) -> None:
    occ("inbox", "add", "vip", store="s.db")
    assert occ(*words, store="s.db", code=code).err.endswith(f"\nhelp: {help_text}\n")
