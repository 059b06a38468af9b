from __future__ import annotations

import pytest

from occ_media_cli.errors import Refused
from occ_media_cli.settings.second_person import Actor, describe_two_people, is_same_person, refuse_unclear_approver

CYRILLIC_SAM = "s\u0430m"
ZERO_WIDTH = "s\u200bam"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("sam", "SAM", True), ("sam", " sam ", True), ("sam", "\uff53\uff41\uff4d", True), ("sam", ZERO_WIDTH, True),
        ("sam", CYRILLIC_SAM, True), ("oppo", "\u043e\u0440\u0440\u043e", True), ("ana maria", "Ana  Maria", True),
        ("stra\u00dfe", "STRASSE", True), ("sam", "sem", False), ("BOB", "\u0412\u041e\u0412", True),
        ("\u0412\u043e\u0432\u0430", "\u0432\u043e\u0432\u0430", True), ("TOM", "\u0422\u041e\u041c", True), ("tom", "\u0442\u043e\u043c", True),
        ("\u0438\u0432\u0430\u043d", "ivan", False), ("ANN", "\ua4ee\ua4e0\ua4e0", True), ("ann", "\ua4ee\ua4e0\ua4e0", True),
        ("DA", "\u13a0\u13aa", True), ("DA", "\uab70\uab7a", True), ("oo", "\u0585\u0585", True), ("oo", "\u05e1\u05e1", True),
        ("coo", "\u2ca5\u2c9f\u2c9f", True), ("coo", "\u03f2\u03bf\u03bf", True), ("COO", "\U00010415\U00010404\U00010404", True),
        ("\u0430\u0440\u0440", "\u03b1\u03c1\u03c1", True), ("a-b", "a\u2011b", True), ("a-b", "a\u2014b", True),
        ("a-b", "a\u2212b", True), ("O'Neil", "O\u2019Neil", True), ("zo\u00eb", "zo\u0435\u0308", True), ("zo\u00eb", "zoe", True),
        ("\u05d3\u05e0\u05d4", "dana", False), ("\u0391\u03bd\u03bd\u03b1", "Anna", False), ("a-b", "ab", True),
        ("dana1", "danal", True), ("dana1", "danaI", True), ("danal", "danaI", True), ("danaI", "DANAI", True), ("danal", "DANAL", True),
        ("dan|l", "danIl", True), ("b0b", "BOB", True), ("b0b", "bob", True), ("dana\uff11", "danal", True), ("danai", "danal", False),
        ("agent-1", "agent-2", False), ("op10", "op01", False), ("dana1", "dana2", False), ("sarn", "sam", True), ("ann", "a nn", True), ("ann", "ann'", True),
        ("Dana Smith", "DanaSmith", True), ("Dana Smith", "Dana-Smith", True), ("Dana Smith", "D'ana Smith", True),
        ("Dana Smith", "D\u2019ana\u2010Smith", True), ("ann", "ann\u00b4", True), ("ann", "ann`", True), ("vvill", "will", True), ("clan", "dan", True),
        ("c1an", "Dan", True), ("VVill", "will", True), ("ann", "anne", False), ("kim", "tim", False), ("mara", "nara", False),
        ("dana", '"dana"', True), ("dana", "dana.", True), ("dana", "dana_", True), ("dana", "_.dana,!", True), ("dana", "d.a.n.a", True),
        ("dana", "d\u1ea1na", True), ("dana", "dana\u0332", True), ("dana", "d\u0338ana", True), ("dana", "d\u20ddana", True), ("jorgen", "j\u00f8rgen", True),
        ("dana", "\u0111ana", True), ("lukasz", "\u0142ukasz", True), ("dana", "\U0001f153\U0001f150\U0001f15d\U0001f150", True),
        ("dana", "\U0001f173\U0001f170\U0001f17d\U0001f170", True), ("dana", "\u24d3\u24d0\u24dd\u24d0", True), ("dana", "(d)ana", True),
        ("dana", "\U0001f1e9\U0001f1e6\U0001f1f3\U0001f1e6", True), ("dana", "dana\U0001f600", True), ("dana1", "dana\u2776", True), ("danal", "dana\u2776", True),
        ("\u0439\u043e\u0441\u044f", "\u0438\u043e\u0441\u044f", True), ("\u0630\u064e\u0643\u064a", "\u0630\u0643\u064a", True),
        ("\u0930\u093e\u092e", "\u0930\u092e\u093e", False), ("\u0930\u0935\u093f", "\u0930\u0935\u0940", False), ("\U0001f600", "\U0001f602", False),
        ("\u304b\u306a", "\u304c\u306a", False), ("ana.1", "ana.2", False), ("dana@a.org", "dana@b.org", False), ("...", "dana", False),
    ],
)  # fmt: skip
def test_names_that_are_read_alike_are_one_person(one: str, other: str, same: bool) -> None:
    assert is_same_person(one, other) is is_same_person(other, one) is same


@pytest.mark.parametrize(
    "unseen",
    [
        "\u2800", "\u3164", "\u115f", "\u1160", "\uffa0", "\ufe0f", "\ufe00", "\u034f", "\u17b4", "\u17b5", "\U000e0100", "\U000e01ef",
        "\u180b", "\u180f", "\u2065", "\u00ad", "\ufff0", "\U0001d159", "\U000e0fff",
    ],
)  # fmt: skip
def test_what_shows_nothing_makes_no_second_person_and_is_no_part_of_a_name(unseen: str) -> None:
    assert is_same_person("dana", f"da{unseen}na")
    with pytest.raises(Refused, match=r"has a character that shows nothing \(U\+[0-9A-F]{4,5}\); nothing was changed"):
        refuse_unclear_approver(f"dana{unseen}")
    with pytest.raises(Refused, match="shows nothing; nothing was changed"):
        refuse_unclear_approver(unseen)


@pytest.mark.parametrize("name", [CYRILLIC_SAM, "\u03bfmar", "ivan \u0438\u0432\u0430\u043d", "\u200b", " "])
def test_a_name_that_may_be_read_as_another_approves_nothing(name: str) -> None:
    with pytest.raises(Refused, match="nothing was changed") as stopped:
        refuse_unclear_approver(name)
    assert stopped.value.what.isascii()  # what looks alike is told apart


@pytest.mark.parametrize(
    "name", ["sam", "Zo\u00eb", "\u0418\u0432\u0430\u043d", "\u0391\u03bd\u03bd\u03b1", "\u5c71\u7530 taro", "svc-1"]
)
def test_a_name_in_one_script_may_approve(name: str) -> None:
    refuse_unclear_approver(name)


def test_two_people_are_two_users_of_the_operating_system() -> None:
    planner = Actor("dana", "d")
    assert describe_two_people(planner, [Actor("sam", "s")]) == "yes"
    assert describe_two_people(planner, [Actor("sam", "d")]) == "two names, one OS user"
    assert describe_two_people(planner, [Actor("sam", "d"), Actor("kim", "k")]) == "yes"
    assert describe_two_people(planner, [Actor("Dana", "x")]).startswith("NO")
    assert describe_two_people(planner, []).startswith("NO")
