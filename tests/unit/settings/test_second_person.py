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
        ("\u0438\u0432\u0430\u043d", "ivan", False),
    ],
)  # fmt: skip
def test_names_that_are_read_alike_are_one_person(one: str, other: str, same: bool) -> None:
    assert is_same_person(one, other) is is_same_person(other, one) is same


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
