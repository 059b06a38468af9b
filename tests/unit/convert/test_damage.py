"""Damaged films and sounds, of which no copy is made, and what looks like damage and is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.convert.damage import is_error
from occ_media_cli.convert.engine_words import say_failure
from occ_media_cli.convert.goal import CannotFit, Goal
from tests.unit.convert.films import NEEDS_FFMPEG, WHATSAPP, fit, made_by_ffmpeg, probed

SEEN = ("-f", "lavfi", "-i", "testsrc2=s=64x48:r=10:d=1.5")
HEARD = ("-f", "lavfi", "-i", "anoisesrc=c=pink:d=1.5:a=0.3:r=16000:seed=4")
FILM = Goal("mp4", 50_000_000, WHATSAPP)


def zeroed(path: Path, begin: float = 0.5, part: float = 0.1) -> Path:
    """The file with a part of it zeroed."""
    content = bytearray(path.read_bytes())
    at, size = int(len(content) * begin), int(len(content) * part)
    content[at : at + size] = bytes(size)
    path.write_bytes(content)
    return path


@NEEDS_FFMPEG
@pytest.mark.parametrize("codec", ["mpeg4", "libx264"])
def test_no_copy_hides_what_a_film_lacks(tmp_path: Path, engine: str, codec: str) -> None:
    film = made_by_ffmpeg(tmp_path / "a.mov", *SEEN, *HEARD, "-c:v", codec, "-pix_fmt", "yuv420p", "-c:a", "aac")
    with pytest.raises(CannotFit, match="cannot be decoded in") as refused:
        fit(zeroed(film, 0.3), FILM)
    assert refused.value.why == "damaged"


@NEEDS_FFMPEG
def test_no_copy_hides_a_hole_in_motion_jpeg(tmp_path: Path, engine: str) -> None:
    """Its decoder says nothing of it."""
    seen = ("-f", "lavfi", "-i", "testsrc=s=320x240:r=10:d=0.4")
    film = made_by_ffmpeg(tmp_path / "a.mov", *seen, "-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj444p")
    if engine == "av":
        told, _ = fit(film, FILM)
        assert told.ssim is not None
    content = bytearray(film.read_bytes())
    at = content.index(b"\xff\xda", len(content) // 3) + 3_000
    content[at : at + 3_000] = bytes(3_000)
    film.write_bytes(content)
    with pytest.raises(CannotFit, match="one of its pictures is not whole") as refused:
        fit(film, FILM)
    assert refused.value.why == "damaged"


@NEEDS_FFMPEG
@pytest.mark.parametrize("ending", ["flac", "mp3", "aac", "ogg"])
def test_no_copy_hides_what_a_sound_lacks(tmp_path: Path, engine: str, ending: str) -> None:
    sound = zeroed(made_by_ffmpeg(tmp_path / f"a.{ending}", *HEARD))
    with pytest.raises(CannotFit, match="decoded") as refused:
        fit(sound, Goal("m4a", 400_000), "sound")
    assert refused.value.why == "damaged"


@NEEDS_FFMPEG
def test_blanks_and_tags_behind_the_last_frame_are_no_damage(tmp_path: Path, one_engine: str) -> None:
    sound = made_by_ffmpeg(tmp_path / "a.mp3", *HEARD)
    bare = sound.read_bytes()
    for behind in (b"\n", b"TAG" + b"a".ljust(125, b"\0") + b"\r\n" + bytes(3_000)):
        sound.write_bytes(bare + behind)
        _, copy = fit(sound, Goal("mp3", 400_000), "sound")
        assert copy.stat().st_size <= len(bare)
    sound.write_bytes(bare + bytes(70_000) + bare)
    with pytest.raises(CannotFit, match="cannot be decoded in"):
        fit(sound, Goal("mp3", 400_000), "sound")


@NEEDS_FFMPEG
def test_sound_that_begins_late_is_no_damage(tmp_path: Path, engine: str) -> None:
    words = (*SEEN, "-itsoffset", "0.7", *HEARD, "-map", "0", "-map", "1", "-c:v", "libx264", "-pix_fmt", "yuv420p")
    film = made_by_ffmpeg(tmp_path / "a.mkv", *words, "-bf", "0", "-c:a", "aac")
    for most in (50_000_000, film.stat().st_size * 3 // 4):
        _, copy = fit(film, Goal("mp4", most, WHATSAPP))
        starts = {each["codec_type"]: float(each["start_time"]) for each in probed(copy)[1]}
        assert starts["audio"] - starts["video"] == pytest.approx(0.7, abs=0.15)


@NEEDS_FFMPEG
def test_what_shows_through_a_webm_stands_on_white_and_is_told(tmp_path: Path, engine: str) -> None:
    codec = "libvpx-vp9" if engine == "ffmpeg" else "libvpx"
    mask = "[0]split[a][b];[b]format=gray,geq=lum='255*lt(X,32)'[c];[a][c]alphamerge,format=yuva420p"
    words = ("-f", "lavfi", "-i", "color=red:s=64x48:r=5:d=0.6", "-filter_complex", mask)
    film = made_by_ffmpeg(tmp_path / "a.webm", *words, "-c:v", codec, "-auto-alt-ref", "0", "-deadline", "realtime")
    made, copy = fit(film, FILM)
    assert "transparency" in made.lost
    assert "white behind what was transparent" in made.changes
    clear, red = tmp_path / "clear.pgm", tmp_path / "red.pgm"
    for path, where in ((clear, "16:16:44:8"), (red, "16:16:4:8")):
        made_by_ffmpeg(path, "-i", str(copy), "-frames:v", "1", "-vf", f"crop={where},format=gray")
    assert min(clear.read_bytes()[-256:]) > 230
    assert max(red.read_bytes()[-256:]) < 130


@NEEDS_FFMPEG
def test_oblong_pixels_and_what_tags_told_are_said(tmp_path: Path, engine: str) -> None:
    film = made_by_ffmpeg(
        tmp_path / "a.mp4", *SEEN, "-vf", "setsar=4/3", "-c:v", "mpeg4", "-metadata", "creation_time=2020-01-02T03:04:05Z",
        "-metadata", "location=+52.5+013.4/", "-metadata:s:v", "language=deu",
    )  # fmt: skip
    made, copy = fit(film, FILM)
    (picture,) = probed(copy)[1]
    assert (picture["width"], picture["height"]) == (84, 48)
    assert "square pixels instead of 4:3" in made.changes
    assert {"dates", "location", "language", "software"} <= set(made.lost)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("[mov,mp4 @ 0x55] moov atom not found", "its index (moov) is missing"),
        ("Invalid data found when processing input", "its content is broken"),
        ("Error submitting video frame to the encoder", "what it holds could not be coded"),
        ("Decoder (codec none) not found for input stream #0:0", "nothing here decodes what it holds"),
        ("Output file #0 does not contain any stream", "it holds neither pictures nor sound that can be read"),
        ("Error reinitializing filters!", "its content is broken"),
        ("", "its reader gave up"),
    ],
)
def test_reasons_are_in_our_words(theirs: str, ours: str) -> None:
    assert say_failure(theirs) == ours


def test_what_the_way_of_decoding_says_is_no_damage() -> None:
    assert is_error("h264", "error while decoding MB 7 14, bytestream -16")
    assert is_error("", "Error while decoding stream #0:1: Invalid data found when processing input")
    assert not is_error("null", "Application provided invalid, non monotonically increasing dts to muxer")
    assert not is_error("", "Error marking filters as finished")
