"""Everything that is wrong with a document is told, each at its line, and nothing that only seems wrong."""

from __future__ import annotations

import pytest

from occ_media_cli.decide.known_profiles import known_profiles
from occ_media_cli.errors import MalformedInput
from occ_media_cli.settings.document import load

MANY = """\
[channels.mine]
base = "nothing"
[inboxes.vip]
receive = "of"
recieve = true
channels = ["mine", "whatsap", "telegramm"]
[[inboxes.vip.box]]
until = "monday"
[inboxes.lab]
channels = ["web-widget:shop"]
[inboxes.b]
channels = ["web-widget:shop"]
messages.German = "x"
messages.xx = "y"
[[retention.rule]]
inbox = "vpi"
category = "image"
remove_after = "10"
[[retention.rule]]
category = "image"
remove_after = "10d"
[agents.x]
inboxes = ["vpi", "lba", "lab"]
[foo]
[[suppression]]
inbox = "lab"
"""


def _wrong(text: str, most: int = load.EVERY) -> list[tuple[int | None, str]]:
    with pytest.raises(MalformedInput) as caught:
        load.parse(text.encode(), "x.toml", store=False, profiles=known_profiles, most=most)
    return sorted((each.line, each.what) for each in (caught.value, *caught.value.more))


def test_every_problem_has_its_line() -> None:
    assert [line for line, _ in _wrong(MANY)] == [2, 4, 5, 6, 6, 8, 12, 13, 14, 16, 18, 22, 23, 23, 24, 25]


def test_a_rule_whose_inbox_is_mistyped_is_no_second_one_of_its_kind() -> None:
    assert not any("two rules" in what for _, what in _wrong(MANY))


def test_what_is_no_toml_hides_nothing_behind_it() -> None:
    text = "[inboxes.vip]\nreceive = of\nsend = 1\n[agents.x]\nrole = boss\n[agents.y]\nrole = 1\n"
    assert [line for line, _ in _wrong(text)] == [2, 3, 5, 7]  # and x has a role: it cannot be read


def test_an_open_text_without_an_end_ends_the_reading() -> None:
    text = '[inboxes.vip]\nsend = of\nmessage = """\nno end\nreceive = 1\n'
    assert _wrong(text)[0][0] == 2


@pytest.mark.parametrize("text", ["inboxes = 1\n[agents.x]\nrole = 'agent'\ninboxes = ['a']\n", "x = 1\n"])
def test_a_document_of_another_shape_has_one_problem(text: str) -> None:
    assert len(_wrong(text)) == 1


def test_a_limit_holds() -> None:
    text = "".join(f"[inboxes.i{n}]\nsend = 1\n" for n in range(40))
    assert (len(_wrong(text, load.MOST)), len(_wrong(text))) == (load.MOST, 40)
