"""Sound made to fit, as ffprobe and a loudness meter hear it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from occ_media_cli.convert.goal import CannotFit, Goal
from occ_media_cli.media.channels.profile import Needs
from tests.unit.convert.films import (
    NEEDS_FFMPEG,
    fit,
    listen,
    made_by_ffmpeg,
    probed,
    tag_of,
)

pytestmark = NEEDS_FFMPEG

NOISE = ("-f", "lavfi", "-i", "anoisesrc=c=pink:d=1.3:a=0.3:r=44100:seed=4")
STEREO = (*NOISE, "-filter_complex", "[0]asplit[a][b];[b]adelay=7[c];[a][c]join=inputs=2:channel_layout=stereo")
OPUS = Needs(audio_codecs=("opus",))


def sounds_as(copy: Path, original: Path) -> None:
    (seconds, loud), (wanted, wanted_loud) = listen(copy), listen(original)
    assert abs(seconds - wanted) <= 0.05
    assert abs(loud - wanted_loud) <= 1.0


def test_a_voice_message_is_opus_in_one_channel(tmp_path: Path, engine: str) -> None:
    sound = made_by_ffmpeg(tmp_path / "a.wav", *STEREO)
    made, copy = fit(sound, Goal("ogg", 12_000, OPUS, ("mono",)), "sound")
    _, (stream,) = probed(copy)
    assert (stream["codec_name"], stream["channels"]) == ("opus", 1)
    sounds_as(copy, sound)
    assert "mono" in made.changes
    assert made.lost == ("software", "sound channels")
    assert copy.stat().st_size > 9_000


@pytest.mark.parametrize(
    ("kind", "codec"), [("m4a", "aac"), ("aac", "aac"), ("mp3", "mp3"), ("flac", "flac"), ("wav", "pcm_s16le")]
)
def test_another_coding_becomes_what_the_type_holds(tmp_path: Path, one_engine: str, kind: str, codec: str) -> None:
    sound = made_by_ffmpeg(tmp_path / "a.ogg", *STEREO, "-c:a", "libvorbis")
    made, copy = fit(sound, Goal(kind, 400_000), "sound")
    _, (stream,) = probed(copy)
    assert (stream["codec_name"], stream["channels"]) == (codec, 2)
    sounds_as(copy, sound)
    assert made.encodes in (1, 2)


def test_a_telephone_call_becomes_m4a(tmp_path: Path, one_engine: str) -> None:
    sound = made_by_ffmpeg(tmp_path / "a.wav", *NOISE, "-ar", "8000")
    _, copy = fit(sound, Goal("m4a", 12_000), "sound")
    assert probed(copy)[1][0]["codec_name"] == "aac"
    sounds_as(copy, sound)


@pytest.mark.skipif(find_spec("av") is None, reason="no other engine codes AMR here")
def test_amr_is_coded_where_an_engine_can(tmp_path: Path) -> None:
    sound = made_by_ffmpeg(tmp_path / "a.wav", "-f", "lavfi", "-i", "sine=f=500:d=1.3", "-ac", "2")
    made, copy = fit(sound, Goal("amr", 2_500), "sound")
    _, (stream,) = probed(copy)
    assert (stream["codec_name"], stream["sample_rate"]) == ("amr_nb", "8000")
    sounds_as(copy, sound)
    assert set(made.lost) == {"sound channels", "tones above 4 kHz", "software"}


def test_what_is_coded_as_it_has_to_be_is_only_repacked(tmp_path: Path, engine: str) -> None:
    cover = ("-f", "lavfi", "-i", "color=red:s=32x32:d=1:r=1")
    words = (
        "-map",
        "0",
        "-map",
        "1",
        "-frames:v",
        "1",
        "-c:v",
        "png",
        "-disposition:v",
        "attached_pic",
        "-metadata",
        "artist=Me",
    )
    sound = made_by_ffmpeg(tmp_path / "a.m4a", *NOISE, *cover, *words, "-c:a", "aac")
    made, copy = fit(sound, Goal("aac", 400_000), "sound")
    _, (stream,) = probed(copy)
    assert stream["codec_name"] == "aac"
    assert tag_of(copy, "artist") is None
    assert made.encodes == 0
    assert set(made.lost) == {"cover picture", "metadata", "software"}
    sounds_as(copy, sound)


def test_the_limit_takes_channels_and_samples_of_what_loses_nothing_else(tmp_path: Path, one_engine: str) -> None:
    sound = made_by_ffmpeg(tmp_path / "a.wav", *STEREO)
    made, copy = fit(sound, Goal("wav", 60_000), "sound")
    assert (probed(copy)[1][0]["channels"], probed(copy)[1][0]["sample_rate"]) == (1, "16000")
    assert "tones above 8 kHz" in made.lost


def test_too_small_a_limit_is_said(tmp_path: Path, one_engine: str) -> None:
    sound = made_by_ffmpeg(tmp_path / "a.wav", *NOISE)
    for kind in ("ogg", "amr", "wav", "flac"):
        with pytest.raises(CannotFit) as refused:
            fit(sound, Goal(kind, 300), "sound")
        assert refused.value.why == "quality"


def test_a_film_is_no_sound_and_noise_is_damaged(tmp_path: Path, one_engine: str) -> None:
    film = made_by_ffmpeg(
        tmp_path / "a.mov", "-f", "lavfi", "-i", "testsrc2=s=64x64:d=0.2", *NOISE, "-t", "0.2", "-c:v", "mpeg4"
    )
    with pytest.raises(CannotFit, match="moving picture") as refused:
        fit(film, Goal("m4a", 100_000), "sound")
    assert refused.value.why == "no-way"
    broken = tmp_path / "b.m4a"
    broken.write_bytes(b"\0\0\0\x20ftypM4A " + bytes(range(256)) * 4)
    with pytest.raises(CannotFit) as refused:
        fit(broken, Goal("m4a", 100_000), "sound")
    assert refused.value.why == "damaged"


def test_without_an_engine_both_ways_say_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("occ_media_cli.convert.ffmpeg.is_installed", lambda: False)
    monkeypatch.setattr("occ_media_cli.convert.coding_engines.has_library", lambda: False)
    sound = made_by_ffmpeg(tmp_path / "a.wav", *NOISE)
    for way, kind in (("sound", "m4a"), ("moving", "mp4")):
        with pytest.raises(CannotFit, match=r"occ-media\[convert\]") as refused:
            fit(sound, Goal(kind, 100_000), way)
        assert refused.value.why == "part-missing"
