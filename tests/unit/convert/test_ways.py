"""Which way a file goes."""

from __future__ import annotations

import pytest

from occ_media_cli.convert.goal import Goal
from occ_media_cli.convert.ways import way_for
from occ_media_cli.media.recognition import Recognition


def known(kind: str, **facts: bool | list[str]) -> Recognition:
    return Recognition(kind, "", "a file", 1, facts)


@pytest.mark.parametrize(
    ("file", "to", "way"),
    [
        (known("heic"), "jpg", "picture"),
        (known("gif", animated=True), "mp4", "moving"),
        (known("gif", animated=False), "mp4", None),
        (known("gif", animated=True), "gif", "picture"),
        (known("pdf"), "pdf", "pages"),
        (known("docx"), "docx", "office"),
        (known("docx"), "pdf", None),
        (known("wav"), "m4a", "sound"),
        (known("mp4", video_codecs=["h264"]), "m4a", None),
        (known("mp4", audio_codecs=["aac"]), "m4a", "sound"),
        (known("mov", video_codecs=["hevc"]), "mp4", "moving"),
        (known("png"), "pdf", None),
    ],
)
def test_a_file_goes_the_way_of_what_it_is_and_what_it_is_to_become(
    file: Recognition, to: str, way: str | None
) -> None:
    assert way_for(file, Goal(to, 1_000)) == way
