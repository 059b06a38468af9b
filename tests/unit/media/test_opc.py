"""The relationships of an Office package."""

from __future__ import annotations

import pytest

from occ_media_cli.media.readers.opc import Dtd, Malformed, Relationship, external_targets, relationships

RELS = (
    b'<Relationships xmlns="x"><Relationship Id="r1" Type="http://x/attachedTemplate" Target="http://a/&#98;" TargetMode="External"/>'
    b'<y:Relationship Id="r2" Type="http://x/image" Target="a.png" xmlns:y="x"/></Relationships>'
)


def test_each_line_with_its_entities_undone() -> None:
    assert relationships(RELS) == [
        Relationship("r1", "attachedTemplate", "http://a/b", external=True), Relationship("r2", "image", "a.png", external=False)
    ]  # fmt: skip
    assert external_targets(RELS) == ["a template"]


def test_what_is_no_xml_or_declares_a_dtd_is_refused() -> None:
    with pytest.raises(Malformed):
        relationships(b"<Relationships><a></Relationships>")
    with pytest.raises(Dtd):
        relationships(b'<!DOCTYPE a [<!ENTITY b "c">]>' + RELS)
