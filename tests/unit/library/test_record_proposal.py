from __future__ import annotations

import pytest

from occ_media_cli.errors import Refused
from tests.unit.library.conftest import Desk


def test_a_change_before_the_newest_of_its_document_needs_a_reason(desk: Desk) -> None:
    desk(hours=5).library.propose("one.pdf", "a", "1")
    with pytest.raises(Refused, match="'a' was last changed"):
        desk(hours=4).library.propose("two.pdf", "a", "2")
    assert desk(hours=4).library.propose("two.pdf", "b", "2").proposal
    assert desk(hours=4).library.propose("two.pdf", "a", "2", backdate="it was so").proposal


def test_a_proposal_says_which_one_that_waits_it_takes_the_place_of(desk: Desk) -> None:
    first = desk().library.propose("one.pdf", "a", "v1")
    again = desk("kim", 1).library.propose("one.pdf", "a", "V1", inboxes=["vip"])
    other = desk("kim", 2).library.propose("two.pdf", "a", "v1")
    assert first.instead_of is None
    assert again.instead_of is not None
    assert again.instead_of.proposal == first.proposal
    assert not again.other_bytes
    assert other.instead_of is not None
    assert other.instead_of.proposal == again.proposal
    assert other.other_bytes
    assert desk("kim", 3).library.propose("two.pdf", "a", "2").instead_of is None
