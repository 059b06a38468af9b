"""What stands behind the last frame of an MP3 and is no sound: a decoder takes it for a frame that is broken."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from occ_media_cli.convert.coding import CodedFile
from occ_media_cli.media.kinds.mpeg_audio import end_of_frames
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import FileSource
from occ_media_cli.sandbox.still import hold_in_memory
from occ_media_cli.values import replace


@contextmanager
def without_padding(source: FileSource, known: Recognition, file: CodedFile) -> Iterator[CodedFile]:
    """The file up to its last frame, where it is an MP3 with nothing but tags and blanks behind that; else as it is.

    What is more than that may be sound behind a hole, which a copy without it would hide.
    """
    end = end_of_frames(source) if known.kind == "mpeg-audio" and not known.has("trailing-data") else source.size
    if end >= source.size:
        yield file
        return
    held = hold_in_memory(source.data[:end])
    try:
        yield replace(file, fd=held)
    finally:
        os.close(held)
