"""Random settings documents, as people write them, and random edits of them."""

from __future__ import annotations

import random

from occ_media_cli.settings.document import document_schema
from occ_media_cli.settings.model import Config, InboxPlan, InboxSettings, TimeBox

NAMES = ["vip", "lab", "retail-de", "Störungen", "two words", 'quo"te', "صندوق", "a.b"]
TEXTS = [
    "Email it to vip@example.com.",
    'He said "no"',
    "line\nbreak",
    "# no comment",
    "émoji 👍🏽",
    "ا\u2067ب\u2069",
    "a\\b",
    "'",
]


def _string(chance: random.Random, text: str) -> str:
    plain = "'" not in text and "\n" not in text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    choice = chance.random()
    if choice < 0.2 and plain:
        return f"'{text}'"
    if choice < 0.4:
        return '"""' + ("\n" if chance.random() < 0.5 else "") + escaped + '"""'
    return '"' + escaped.replace("\n", "\\n") + '"'


def _key(chance: random.Random, text: str) -> str:
    bare = text.isascii() and text.replace("-", "").replace("_", "").isalnum()
    return text if bare and chance.random() < 0.8 else '"' + text.replace('"', '\\"') + '"'


def _noise(chance: random.Random) -> list[str]:
    return chance.choice(
        [[], [], [], [""], ["# a note"], ["", "# [inboxes.not]", "#  key = 1"], ["   # deep", ""], ["\t"]]
    )


def _pair(chance: random.Random, key: str, value: str, *, comment: bool = True) -> str:
    equals = chance.choice([" = ", "=", "  =  ", "\t= "])
    tail = chance.choice(["", "", "", "  # why", " #x=1"]) if comment else ""
    return chance.choice(["", "", "  "]) + key + equals + value + tail


def _inbox(chance: random.Random, name: str) -> list[str]:
    header = f"[{chance.choice(['inboxes', 'inboxes', ' inboxes '])}.{_key(chance, name)}]"
    rows = [header + chance.choice(["", "", "  # " + name.replace("\n", " ")])]
    pairs = []
    for key in ("send", "receive", "send_approved_only"):
        if chance.random() < 0.6:
            pairs.append(_pair(chance, key, chance.choice(["true", "false"])))
    if chance.random() < 0.4:
        pairs.append(_pair(chance, "message", _string(chance, chance.choice(TEXTS))))
    if chance.random() < 0.3:
        items = chance.sample(['"gold"', "'silver'", '"a b"'], 2)
        joined = chance.choice([", ".join(items), f"\n    {items[0]},  # one\n    {items[1]},\n"])
        pairs.append(_pair(chance, "tags", f"[{joined}]"))
    if chance.random() < 0.3:
        pairs.append(_pair(chance, "messages.ar", _string(chance, chance.choice(TEXTS))))
        if chance.random() < 0.5:
            pairs.append(_pair(chance, 'messages."pt-BR"', _string(chance, chance.choice(TEXTS))))
    if chance.random() < 0.2:
        pairs.append(_pair(chance, "quota", '"20 GB"'))
    chance.shuffle(pairs)
    for pair in pairs:
        rows += [*_noise(chance), pair]
    if chance.random() < 0.25:
        box = "[[inboxes.{}.box]]" if chance.random() < 0.4 else "[inboxes.{}.box]"
        rows += [*_noise(chance), box.format(_key(chance, name)), _pair(chance, "until", "2030-01-01T00:00:00Z")]
        rows.append(_pair(chance, "receive", chance.choice(["true", "false"])))
    return rows


def _dense(chance: random.Random, name: str) -> list[str]:
    """An inbox in dotted keys or in one line, which must stand before the first header."""
    key, tail = f"inboxes.{_key(chance, name)}", chance.choice(["", "  # dense"])
    if chance.random() < 0.4:
        return [f"{key} = {{ send = false, tags = ['gold'], messages.ar = 'x' }}{tail}"]
    rows = [f"{key}.send = true{tail}", "# between", f"{key}.message = {_string(chance, chance.choice(TEXTS))}"]
    if chance.random() < 0.5:
        rows += [f"{key}.messages.ar = 'x'{tail}", f"{key}.tags = ['gold']"]
    if chance.random() < 0.4:
        rows += [f"{key}.box.until = 2030-01-01T00:00:00Z", f"{key}.box.send = false{tail}"]
    return rows


def text(chance: random.Random) -> str:
    """A valid document."""
    rows = _noise(chance)
    names = chance.sample(NAMES, chance.randint(1, 4))
    first = _dense(chance, names.pop()) if chance.random() < 0.3 else []
    blocks = [_inbox(chance, name) for name in names]
    if chance.random() < 0.5:
        blocks.append(["[[retention.rule]]  # default", _pair(chance, "remove_after", '"365d"')])
        if chance.random() < 0.5:
            blocks.append(["[[retention.rule]]", _pair(chance, "category", '"image"'), 'keep_for = "7d"', "# end"])
    if chance.random() < 0.4:
        blocks.append(["[agents.mona]", _pair(chance, "role", '"agent"'), "# mona reaches", "inboxes = []"])
    if chance.random() < 0.3:
        blocks.append(["[[suppression]]", 'rule = "over-limit"', 'reason = "moving"', 'owner = "mona"',
                       "expires = 2026-12-31"])  # fmt: skip
    if chance.random() < 0.2:
        blocks.append(["[store]", "second_person = false"])
    if chance.random() < 0.2:
        blocks.append(["[channels.portal]", 'base = "web-widget"', "[channels.portal.limits]", 'image = "2 MB"'])
    if chance.random() < 0.3:
        chance.shuffle(blocks)
        blocks.sort(key=lambda block: block[0].startswith("[[retention"))
    for block in [first, *blocks]:
        rows += [*block, *_noise(chance)]
    whole = "\n".join(rows) + chance.choice(["\n", "\n", ""])
    return whole.replace("\n", "\r\n") if chance.random() < 0.1 else whole


def edit(chance: random.Random, old: Config) -> tuple[Config, list[tuple[str, str]], set[str]]:
    """Another configuration, renames on the way, and the words that stand in lines which may change."""
    new = Config(dict(old.inboxes))
    new.sections = dict(old.sections)
    renamed: list[tuple[str, str]] = []
    touched: set[str] = set()
    name = chance.choice(sorted(new.inboxes))
    plan = new.inboxes[name]
    kind = chance.random()
    if kind < 0.5:
        field, item = chance.choice(
            [("send", not plan.base.send), ("receive", not plan.base.receive), ("message", chance.choice([None, *TEXTS])),
             ("tags", ("new",)), ("tags", ()), ("scan", "record"), ("description", "It's \"it\""),
             ("messages", {"ar": "x"}), ("messages", {}), ("channels", ("web-widget:a",)), ("quota", None)]
        )  # fmt: skip
        change = {field: item}
        boxes = tuple(TimeBox(box.until, box.settings.changed(change)) for box in plan.boxes)
        new.inboxes[name] = InboxPlan(plan.base.changed(change), boxes)
        touched.add(field)
    elif kind < 0.65:
        base = plan.base
        until = 1_900_000_000_000 + chance.randint(0, 10) * 1_000
        boxed = base.changed({"receive": not base.receive, **({"message": None} if base.message else {})})
        boxes = tuple(TimeBox(until + step, boxed) for step in range(chance.choice([0, 1, 1, 2])))
        new.inboxes[name] = InboxPlan(
            base, boxes[:1] + tuple(TimeBox(b.until, base.changed({"send": not base.send})) for b in boxes[1:])
        )
        touched |= {"box", "until", "receive", "send", "message"}
    elif kind < 0.75:
        new.inboxes["new one"] = InboxPlan(InboxSettings(receive=False))
    elif kind < 0.82 and len(new.inboxes) > 1:
        del new.inboxes[name]
        touched.add("*")
    elif kind < 0.9:
        new.inboxes = {("renamed" if key == name else key): item for key, item in new.inboxes.items()}
        renamed.append((name, "renamed"))
        touched |= {"inboxes"}
    else:
        rules = [{"category": "video", "keep_for": "1d", "keep_for_ms": 86_400_000}]
        new.sections["retention"] = chance.choice([rules, [], [*old.sections["retention"], *rules]])  # type: ignore[misc]
        new.sections["agents"] = chance.choice([{}, {"kim": {"role": "owner"}}, old.sections["agents"]])
        touched.add("*")
    return new, renamed, touched


def read(document: str) -> Config:
    """The configuration that a document says."""
    import tomllib

    return document_schema.config(tomllib.loads(document))
