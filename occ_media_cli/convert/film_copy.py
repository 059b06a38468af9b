"""A copy of a film, held against its original: how alike their pictures are, and whether it plays as long."""

from __future__ import annotations

from occ_media_cli.convert.coding import CodedFile, Coding, CodingEngine, Decoded, PictureCoding
from occ_media_cli.convert.damage import refuse_shortened
from occ_media_cli.convert.goal import CannotFit
from occ_media_cli.values import replace

_COMPARED = 48
"""Frames that are compared, spread over the whole."""


def compare_films(
    engine: CodingEngine, file: CodedFile, picture: PictureCoding, made: CodedFile, seconds: float
) -> float:  # fmt: skip
    """Likeness of the pictures, 0 to 1. seconds: how long the original plays."""
    frames = float(picture.rate) * seconds
    return engine.compare_pictures(file, picture, made, max(1, int(frames / _COMPARED)))


def refuse_shorter_copy(
    engine: CodingEngine, file: CodedFile, was: Decoded, seconds: float, made: CodedFile, coding: Coding
) -> None:  # fmt: skip
    """A copy that is shorter than its original tells of an original that could be read only in part. was, seconds: what
    was decoded of the original, and how long it plays."""
    sounding = coding.sound is not None
    refuse_shortened(
        engine,
        made,
        was if sounding else replace(was, sound=0.0),
        sees=coding.picture is not None,
    )
    if coding.picture is None:
        return
    whole = min(seconds, engine.measure_seconds(file, coding.picture.source.index))
    kept = engine.measure_seconds(made, 0)
    if kept < whole - 0.05 - float(1 / coding.picture.rate):
        raise CannotFit("damaged", f"only {kept:.1f} s of its {whole:.1f} s of picture could be kept")
