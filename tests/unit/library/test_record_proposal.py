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
