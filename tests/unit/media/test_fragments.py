"""Films in fragments whose boxes say that they are longer than what holds them."""

from __future__ import annotations

from occ_media_cli.media.recognise import by_structure
from occ_media_cli.media.source import source_of
from tests.unit.media import build


def test_a_fragment_that_is_cut_inside_is_no_sample() -> None:
    film = build.mp4().replace(b"stsz" + bytes(4) + b"\0\0\0\x40\0\0\0\1", b"stsz" + bytes(12))
    broken = build.box(b"moof", build.box(b"traf", b"\0\0\xff\xfftfhd"))
    found = by_structure(source_of(film + broken))
    assert found is not None
    assert found.type is None
    assert "no sample" in found.observations[0].message
