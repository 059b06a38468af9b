"""Documents in every shape follow their configuration, or nothing is written."""

from __future__ import annotations

import pytest

from occ_media_cli.errors import StoreInvalid
from occ_media_cli.settings.document import document_schema, literal, patch, render, text_edit, toml_scan
from occ_media_cli.settings.model import Config, InboxPlan, InboxSettings, TimeBox
from tests.property.documents import read

ODD = {
    "inline inbox": 'inboxes = { vip = { receive = true }, lab = {} }  # one line\n',
    "dotted": "inboxes.vip.receive = true # dotted\ninboxes.lab.send = true\n",
    "under inboxes": "# top\n[inboxes]\nvip.receive = true\nlab.send = true\n",
    "inline box": '[inboxes.vip]\nbox = { until = 2030-01-01T00:00:00Z, send = false }\n[inboxes.lab]\n',
    "split": "[inboxes.vip]\nreceive = true\n[agents]\n[inboxes.lab]\n",
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_shapes_that_are_not_edited_as_text_still_follow(name: str) -> None:
    text = ODD[name]
    old = read(text)
    off = InboxSettings(receive=False, tags=("a",))
    for boxes in ((), (TimeBox(1_900_000_000_000, off.changed({"receive": True})),)):
        new = Config({**old.inboxes, "vip": InboxPlan(off, boxes)})
        edited = render.render(text, old, new, now=0, file="x.toml")
        assert read(edited).inboxes == new.inboxes
        same = Config({**old.inboxes, "lab": InboxPlan(off)})
        assert render.says(render.render(text, old, same, now=0, file="x.toml"), same, 0)


def test_messages_in_every_shape() -> None:
    for text in (
        '[inboxes.vip]\nmessages = { ar = "x", de = "y" }\nsend = true\n',
        '[inboxes.vip]\nmessages.ar = "x"\nmessages.de = "y"\nsend = true\n',
        '[inboxes.vip]\nsend = true\n\n[inboxes.vip.messages]\nar = "x"\nde = "y"\n',
    ):
        old = read(text)
        for messages in ({"ar": "z"}, {}, {"ar": "x", "de": "y", "fr": 'q"'}, {"fr": "only"}):
            new = Config({"vip": InboxPlan(InboxSettings(messages=messages))})
            patched = patch.document(text, old, new)
            assert read(patched.result()).inboxes == new.inboxes
            assert "send = true\n" in patched.result()


def test_boxes_come_stay_change_and_go() -> None:
    base = InboxSettings(message="own", quota="1 GB")
    plans = [
        (),
        (TimeBox(1_900_000_000_000, base.changed({"message": None, "quota": None, "send": False})),),
        (TimeBox(1_900_000_000_000, base.changed({"messages": {"ar": "x"}})),),
        (
            TimeBox(1_800_000_000_000, base.changed({"send": False})),
            TimeBox(1_900_000_000_000, base.changed({"tags": ("a",)})),
        ),
    ]
    for first in plans:
        text = render.render("", Config(), Config({"vip": InboxPlan(base, first)}), now=0, file="x")
        text = text.replace("[inboxes.vip]\n", "[inboxes.vip] # mine\n")
        for second in plans:
            for changed in (base, base.changed({"send": False}), base.changed({"message": "other"})):
                new = Config({"vip": InboxPlan(changed, tuple(TimeBox(b.until, b.settings) for b in second))})
                edited = render.render(text, read(text), new, now=0, file="x")
                assert render.says(edited, new, 0)
                assert "# mine" in edited


@pytest.mark.parametrize("name", ["x", "lab", "much longer", "vip2"])
@pytest.mark.parametrize("box", ["\n[inboxes.vip.box]\nuntil = 2020-01-01\nsend = false\n", "box.until = 2020-01-01\n"])
def test_a_renamed_inbox_loses_a_box_that_is_over(name: str, box: str) -> None:
    text = f"[inboxes.vip]\nsend = true\n{box}\n[inboxes.z]\nsend = true\n"
    old = read(text)
    new = Config({name: InboxPlan(old.inboxes["vip"].base), "z": old.inboxes["z"]})
    edited = render.render(text, old, new, now=1_900_000_000_000, file="x", renamed=[("vip", name)])
    assert read(edited).inboxes == new.inboxes
    assert edited.endswith("\n[inboxes.z]\nsend = true\n")


def test_a_renamed_inbox_keeps_its_place_and_comments() -> None:
    text = '# a\n[inboxes."v i p"]  # b\nsend = true\n[inboxes."v i p".box]  # c\nuntil = 2030-01-01\nsend = false\n[inboxes.lab]\n'
    old = read(text)
    new = Config({"x.y": old.inboxes["v i p"], "lab": old.inboxes["lab"]})
    edited = render.render(text, old, new, now=0, file="x", renamed=[("v i p", "between"), ("between", "x.y")])
    assert edited == text.replace('"v i p"', '"x.y"')
    swapped = Config({"lab": old.inboxes["v i p"], "v i p": old.inboxes["lab"]})
    names = [("lab", "t"), ("v i p", "lab"), ("t", "v i p")]
    assert render.says(render.render(text, old, swapped, now=0, file="x", renamed=names), swapped, 0)


def test_rows_keep_their_place() -> None:
    text = "".join(
        f'# {name}\n[[retention.rule]]\ncategory = "{name}" # why\nremove_after = "1d"\n'
        for name in ("audio", "image", "video")
    )
    old = read(text)
    rules = list(old.sections["retention"])  # type: ignore[call-overload]  # rows
    for wanted in (
        rules[1:], rules[:2], [rules[0], rules[2]], [], [rules[2]],
        [rules[0], {**rules[1], "remove_after": "2d", "remove_after_ms": 172_800_000}, rules[2]],
        [rules[0], {"category": "document", "keep_for": "1d", "keep_for_ms": 86_400_000}, *rules[1:]],
        [{"keep_for": "1d", "keep_for_ms": 86_400_000}, *rules],
    ):  # fmt: skip
        new = Config()
        new.sections["retention"] = wanted
        edited = patch.document(text, old, new).result()
        assert render.says(edited, new, 0)
        assert edited.count("# why") == sum(rule in rules or rule.get("remove_after") == "2d" for rule in wanted)


class Broken(text_edit.Text):
    """A text that loses what it was told to say."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.switches_only = False

    def result(self) -> str:
        return "[inboxes.vip]\n"


def test_a_shape_that_nobody_can_edit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "inboxes.vip.receive = true\n"
    monkeypatch.setattr(patch, "document", lambda *_: Broken(text))
    new = Config({"vip": InboxPlan(InboxSettings(receive=False))})
    with pytest.raises(StoreInvalid, match="cannot be edited"):
        render.render(text, read(text), new, now=0, file="x.toml")


def test_what_is_no_document_says_nothing() -> None:
    assert not render.says("[", Config(), 0)
    assert not render.says("x = 1", Config(), 0)


def test_literals_are_read_back_as_they_were() -> None:
    import tomllib

    for value in ("", "a\x7fb", "tab\t", 'q"\\', "é👍", True, False, 5, -1, ["a", 1], {"a": {"b": ["c"]}}, {}):
        assert tomllib.loads(f"k = {literal.literal_of(value)}")["k"] == value
    nested = {"a": 1, "b": {"c": {"d": [{"e": 1}, {"e": 2}]}}, "f": [{"g": "h"}], "x y": {}}
    assert tomllib.loads("\n".join(literal.table(("t",), nested)))["t"] == nested


def test_every_mark_stands_where_it_says() -> None:
    text = (
        "a.b = '''x\n# no\n'''\n['q.r'.\"s\\u00e9\"]  # c\n  k = [1, # [x]\n  2]\nm = {a = '}', b = [\"]\"]} # d\n"
        'n = """a\\"""b"""\no = """"""\np = 2026-01-01 10:00:00Z # e\n[[l]]\n[[l]]\n[l.m]\nx = 1'
    )
    marks = {mark.path: mark for mark in toml_scan.marks(text)}
    assert {path: text[slice(*mark.value)] for path, mark in marks.items() if mark.kind == "key"} == {
        ("a", "b"): "'''x\n# no\n'''",
        ("q.r", "sé", "k"): "[1, # [x]\n  2]",
        ("q.r", "sé", "m"): "{a = '}', b = [\"]\"]}",
        ("q.r", "sé", "n"): '"""a\\"""b"""',
        ("q.r", "sé", "o"): '""""""',
        ("q.r", "sé", "p"): "2026-01-01 10:00:00Z",
        ("l", 1, "m", "x"): "1",
    }
    assert toml_scan.locate(text, ("l", 1, "zzz")) == 12
    assert toml_scan.locate(text, ("zzz",)) is None
    assert list(toml_scan.marks("= nonsense\n")) == []
    assert document_schema.config({}).inboxes == {}


ODD_SECTIONS = (
    '# top\nagents.mona.role = "agent"  # m\nagents.mona.inboxes = []\nstore = { second_person = true }\n'
    'retention.rule = [{ remove_after = "1d" }, { category = "image", keep_for = "2d" }]\n'
    'suppression = [{ rule = "over-limit", owner = "mona" }]\nrules = { x = { severity = "note" } }\n[inboxes.vip]\nsend = true\n'
)


@pytest.mark.parametrize("text", [ODD_SECTIONS, ODD_SECTIONS.replace("[inboxes.vip]\nsend", "inboxes.vip.send")])
def test_sections_in_one_line_still_follow(text: str) -> None:
    old = read(text)
    rules = old.sections["retention"]
    assert isinstance(rules, list)
    changes: list[tuple[str, object]] = [
        ("agents", {"mona": {"role": "owner"}}),
        ("agents", {"mona": {"role": "agent", "inboxes": ["vip"], "deny_send": ["vip"]}}),
        ("agents", {"mona": {"role": "agent", "inboxes": []}, "kim": {"role": "admin"}}),
        ("agents", {}),
        ("store", {"second_person": False}),
        ("store", {}),
        ("retention", rules[1:]),
        ("retention", [*rules, {"keep_for": "1d", "keep_for_ms": 86_400_000, "category": "video"}]),
        ("retention", []),
        ("suppressions", []),
        ("suppressions", [{"rule": "over-limit", "owner": "mona"}, {"rule": "flagged-file"}]),
        ("rules", {"x": {"severity": "error", "n": 5}, "y": {"n": 1}}),
    ]
    for section, content in changes:
        new = Config(dict(old.inboxes))
        new.sections = {**old.sections, section: content}
        edited = render.render(text, old, new, now=0, file="x")
        assert render.says(edited, new, 0), section
        assert edited.startswith("# top\n")


def test_inboxes_in_one_line_come_and_go() -> None:
    text = "# top\ninboxes.vip.send = true\ninboxes.lab.send = false\ninboxes.lab.box.until = 2030-01-01\ninboxes.lab.box.send = true\n"
    old = read(text)
    base = InboxSettings(message="own", messages={"ar": "x"})
    boxes = (
        TimeBox(1_900_000_000_000, base.changed({"message": None})),
        TimeBox(1_950_000_000_000, base.changed({"send": False})),
    )
    for inboxes in (
        {"vip": old.inboxes["vip"]}, {**old.inboxes, "new": InboxPlan(base)}, {**old.inboxes, "lab": InboxPlan(base, boxes)},
        {**old.inboxes, "lab": InboxPlan(base, boxes[:1])}, {**old.inboxes, "vip": InboxPlan(base, boxes)},
        {"renamed": old.inboxes["vip"], "lab": old.inboxes["lab"]},
    ):  # fmt: skip
        new = Config(dict(inboxes))
        edited = render.render(
            text, old, new, now=0, file="x", renamed=[("vip", "renamed")] if "renamed" in inboxes else []
        )
        assert render.says(edited, new, 0)
        again = Config({**inboxes, "x": InboxPlan(base.changed({"messages": {"ar": "y"}, "message": None}))})
        assert render.says(render.render(edited, new, again, now=0, file="x"), again, 0)


def test_a_key_of_the_last_table_comes_before_a_new_table() -> None:
    text = '[agents.mona]\nrole = "agent"\n'
    old = read(text)
    new = Config({"vip": InboxPlan()})
    new.sections["agents"] = {"mona": {"role": "agent", "inboxes": ["vip"]}}
    edited = render.render(text, old, new, now=0, file="x.toml")
    assert edited.startswith('[agents.mona]\nrole = "agent"\ninboxes = ["vip"]\n\n[inboxes.vip]\n')
