"""Each code has a title, and a way out where it is more than a note."""

from __future__ import annotations

from occ_media_cli.safety.active.codes import CODES
from occ_media_cli.safety.active.documents import inspect
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.vocabulary import Severity


def test_every_code_is_told_how_to_be_mended() -> None:
    assert all(code.title and (code.fix or code.severity is Severity.NOTE) for code in CODES.values())


def test_the_same_thing_in_many_places_is_told_once() -> None:
    look = Inspection(inspect)
    for number in range(3):
        look.tell("macro", "macros (VBA)", f"part {number}")
    for number in range(100):
        look.tell("link", f"a link to {number}")
    found = look.looked().found
    assert (found[0].message, found[0].where) == ("macros (VBA) (3 times)", "part 0")
    assert len(found) == 22
    assert "80 more things" in found[-1].message


def test_what_is_worse_comes_first() -> None:
    look = Inspection(inspect)
    look.tell("link", "a")
    look.tell("macro", "b")
    look.tell("pdf-launch", "c")
    assert [each.severity for each in look.looked().found] == ["error", "warning", "note"]
