"""Films made to fit, as ffprobe sees them."""

from __future__ import annotations

import io
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from occ_media_cli.convert.goal import CannotFit, Goal
from occ_media_cli.convert.moving import make
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import source_of
from tests.unit.convert.films import (
    ADVICE,
    NEEDS_FFMPEG,
    WHATSAPP,
    fit,
    made_by_ffmpeg,
    probed,
    tag_of,
    use_engine,
)

pytestmark = NEEDS_FFMPEG

SEEN = ("-f", "lavfi", "-i", "testsrc2=s=160x120:r=20:d=1")
HEARD = ("-f", "lavfi", "-i", "sine=f=440:d=1")
NOTHING_TO_SAVE = 50_000_000


def to_whatsapp(most: int = NOTHING_TO_SAVE, kind: str = "mp4", floor: float = 0.0) -> Goal:
    return Goal(kind, most, WHATSAPP, ADVICE, floor)


def test_what_is_coded_as_it_has_to_be_is_only_repacked(tmp_path: Path, engine: str) -> None:
    film = made_by_ffmpeg(
        tmp_path / "a.mov", *SEEN, *HEARD, *HEARD, "-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264", "-bf", "0",
        "-profile:v", "main", "-pix_fmt", "yuv420p", "-c:a", "aac", "-metadata", "location=+52.5+013.4/", "-metadata", "title=Me",
    )  # fmt: skip
    made, copy = fit(film, to_whatsapp())
    of_file, streams = probed(copy)
    assert [each["codec_name"] for each in streams] == ["h264", "aac"]
    assert tag_of(copy, "location") is None
    assert tag_of(copy, "title") is None
    assert copy.read_bytes().index(b"moov") < copy.read_bytes().index(b"mdat")
    assert float(of_file["duration"]) == pytest.approx(1.0, abs=0.05)
    assert made.encodes == 0
    assert made.ssim == 1.0
    assert made.changes == ("mp4 instead of mov",)
    assert set(made.lost) == {"audio tracks", "location", "metadata", "software"}


def test_another_coding_becomes_h264_and_aac_of_even_size_and_thirty_frames(tmp_path: Path, engine: str) -> None:
    film = made_by_ffmpeg(
        tmp_path / "a.mkv", "-f", "lavfi", "-i", "testsrc2=s=161x121:r=60:d=1", *HEARD, "-c:v", "ffv1", "-c:a", "pcm_s16le"
    )  # fmt: skip
    made, copy = fit(film, to_whatsapp())
    _, (picture, sound) = probed(copy)
    assert (picture["codec_name"], picture["profile"], picture["has_b_frames"]) == ("h264", "Main", 0)
    assert (picture["width"], picture["height"], picture["pix_fmt"]) == (160, 120, "yuv420p")
    assert picture["avg_frame_rate"] == "30/1"
    assert sound["codec_name"] == "aac"
    assert abs(float(picture["duration"]) - float(sound["duration"])) <= 0.05
    assert "30 instead of 60 frames a second" in made.changes
    assert "frame rate" in made.lost
    assert made.ssim is not None
    assert made.ssim > 0.95


def test_where_size_is_the_reason_the_limit_is_used_and_kept(tmp_path: Path, engine: str) -> None:
    film = made_by_ffmpeg(
        tmp_path / "a.mp4", "-f", "lavfi", "-i", "mandelbrot=s=192x144:r=25", *HEARD, "-t", "1.6", "-c:v", "libx264", "-crf", "8"
    )  # fmt: skip
    most = int(film.stat().st_size * (0.3 if engine == "ffmpeg" else 0.6))
    made, copy = fit(film, to_whatsapp(most))
    assert 0.93 * most <= copy.stat().st_size <= most
    assert made.encodes <= 2


def test_what_nobody_would_look_at_is_refused(tmp_path: Path, one_engine: str) -> None:
    film = made_by_ffmpeg(tmp_path / "a.mp4", *SEEN, "-c:v", "libx264", "-crf", "8")
    with pytest.raises(CannotFit, match="unlike the original") as refused:
        fit(film, to_whatsapp(6_000, floor=0.97))
    assert refused.value.why == "quality"
    with pytest.raises(CannotFit) as refused:
        fit(film, to_whatsapp(1_000))
    assert refused.value.why == "quality"


def test_a_turned_film_stands_upright(tmp_path: Path, engine: str) -> None:
    flat = made_by_ffmpeg(tmp_path / "flat.mp4", *SEEN, "-c:v", "mpeg4", "-q:v", "2")
    for turned in ("270",) if engine == "ffmpeg" else ("90", "180", "270"):  # the program turns frames itself
        film = made_by_ffmpeg(tmp_path / "a.mp4", "-i", str(flat), "-c", "copy", "-metadata:s:v", f"rotate={turned}")
        made, copy = fit(film, to_whatsapp())
        _, (picture,) = probed(copy)
        assert (picture["width"], picture["height"]) == ((160, 120) if turned == "180" else (120, 160))
        assert not any("rotation" in each for each in picture.get("side_data_list", []))
        assert "turned upright" in made.changes
        assert made.ssim is not None
        assert made.ssim > 0.95
        # ffmpeg turns the original itself: an engine that turns wrongly compares wrongly too
        words = ["ffmpeg", "-nostdin", "-hide_banner", "-i", film, "-i", copy, "-lavfi", "ssim", "-f", "null", "-"]
        said = subprocess.run(words, check=True, capture_output=True, text=True, timeout=60).stderr
        assert float(said.rpartition("All:")[2].split()[0]) > 0.9


def test_a_turned_film_that_is_repacked_keeps_its_turn(tmp_path: Path, engine: str) -> None:
    flat = made_by_ffmpeg(tmp_path / "flat.mp4", *SEEN, "-c:v", "libx264", "-bf", "0", "-profile:v", "main")
    film = made_by_ffmpeg(tmp_path / "a.mov", "-i", str(flat), "-c", "copy", "-metadata:s:v", "rotate=90")
    made, copy = fit(film, to_whatsapp())
    _, (picture,) = probed(copy)
    assert made.encodes == 0
    assert [each["rotation"] for each in picture["side_data_list"] if "rotation" in each] in ([-90], [90])
    assert picture["side_data_list"] == probed(film)[1][0]["side_data_list"]


def test_a_gif_stands_on_white_and_lasts_as_long(tmp_path: Path, engine: str) -> None:
    pillow = pytest.importorskip("PIL.Image")
    frames = [pillow.new("RGBA", (41, 31), (0, 0, 0, 0)) for _ in range(3)]
    for number, frame in enumerate(frames):
        frame.paste((200, 0, 0, 255), (number * 8, 4, number * 8 + 8, 20))
    film = tmp_path / "a.gif"
    frames[0].save(film, save_all=True, append_images=frames[1:], duration=[100, 400, 300], disposal=2)
    made, copy = fit(film, to_whatsapp())
    of_file, (picture,) = probed(copy)
    assert (picture["width"], picture["height"]) == (40, 30)
    assert float(of_file["duration"]) == pytest.approx(0.8, abs=0.05)
    assert "transparency" in made.lost
    corner = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        copy,
        "-frames:v",
        "1",
        "-vf",
        "crop=2:2:36:26",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "gray",
        "-",
    ]
    assert min(subprocess.run(corner, check=True, capture_output=True).stdout) > 235


def test_an_animated_webp_moves_as_it_did(tmp_path: Path, one_engine: str) -> None:
    pillow = pytest.importorskip("PIL.Image")
    frames = [pillow.new("RGBA", (64, 48), (0, 0, number * 100, 128)) for number in range(3)]
    film = tmp_path / "a.webp"
    frames[0].save(film, save_all=True, append_images=frames[1:], duration=[200, 100, 300], lossless=True)
    _, copy = fit(film, to_whatsapp())
    of_file, (picture,) = probed(copy)
    assert picture["codec_name"] == "h264"
    assert float(of_file["duration"]) == pytest.approx(0.6, abs=0.05)


def test_a_3gp_is_one(tmp_path: Path, one_engine: str) -> None:
    film = made_by_ffmpeg(tmp_path / "a.webm", *SEEN, *HEARD, "-c:v", "libvpx", "-c:a", "libopus")
    _, copy = fit(film, to_whatsapp(kind="3gp"))
    assert copy.read_bytes()[8:11] == b"3gp"
    assert {each["codec_name"] for each in probed(copy)[1]} == {"h264", "aac"}


def test_one_frame_and_a_length_that_nobody_states_are_no_obstacle(tmp_path: Path, one_engine: str) -> None:
    one = made_by_ffmpeg(tmp_path / "one.mkv", *SEEN, "-frames:v", "1", "-c:v", "ffv1")
    assert len(probed(fit(one, to_whatsapp())[1])[1]) == 1
    live = made_by_ffmpeg(tmp_path / "live.webm", *SEEN, "-c:v", "libvpx", "-live", "1")
    _, copy = fit(live, to_whatsapp())
    assert float(probed(copy)[0]["duration"]) == pytest.approx(1.0, abs=0.05)


def test_a_playlist_inside_of_a_film_opens_nothing(tmp_path: Path, engine: str) -> None:
    other = made_by_ffmpeg(tmp_path / "other.mp4", *SEEN, "-c:v", "mpeg4")
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        asked.listen()
        asked.setblocking(False)
        address = f"http://127.0.0.1:{asked.getsockname()[1]}/a.ts"
        for number, text in enumerate(
            (
                f"ffconcat version 1.0\nfile {other}\n",
                f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}\n#EXT-X-ENDLIST\n",
            )
        ):
            film = tmp_path / f"{number}.mp4"
            film.write_text(text)
            with pytest.raises(CannotFit) as refused:
                fit(film, to_whatsapp())
            assert refused.value.why == "damaged"
        with pytest.raises(BlockingIOError):
            asked.accept()


def test_a_film_that_ends_early_is_not_made_shorter(tmp_path: Path, one_engine: str) -> None:
    whole = made_by_ffmpeg(tmp_path / "whole.mp4", *SEEN, "-c:v", "mpeg4", "-q:v", "2", "-movflags", "+faststart")
    film = tmp_path / "a.mp4"
    film.write_bytes(whole.read_bytes()[: whole.stat().st_size // 3])
    with pytest.raises(CannotFit) as refused:
        fit(film, to_whatsapp())
    assert refused.value.why == "damaged"


def test_nothing_stays_in_the_temporary_folder(
    tmp_path: Path, one_engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = made_by_ffmpeg(tmp_path / "a.mp4", *SEEN, "-c:v", "libx264", "-crf", "8")
    made: list[str] = []
    mkdtemp = tempfile.mkdtemp

    def noted(**options: str | None) -> str:
        made.append(mkdtemp(**options))
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", noted)
    fit(film, to_whatsapp(film.stat().st_size // 2))
    assert made
    assert not [folder for folder in made if Path(folder).exists()]


def test_a_type_that_nothing_makes_is_said() -> None:
    source, known = source_of(b"x"), Recognition("webm", "", "a film", 1)
    with pytest.raises(CannotFit, match="nothing here makes a webm") as refused:
        make(source, known, Goal("webm", 1), io.BytesIO())
    assert refused.value.why == "no-way"


PIXEL = b"!\xf9\x04\0\x0a\0\0\0" + b",\0\0\0\0\1\0\1\0\0" + b"\2\2\x44\1\0"
"""One frame of one pixel, shown for 100 ms."""


def test_a_great_many_frames_end_with_their_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = tmp_path / "a.gif"
    film.write_bytes(b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + PIXEL * 120_000 + b";")
    monkeypatch.setattr("occ_media_cli.convert.ffmpeg._LONG", 0.1)
    use_engine("ffmpeg", monkeypatch)
    with pytest.raises(CannotFit, match="longer than it may") as refused:
        fit(film, to_whatsapp())
    assert refused.value.why == "damaged"


def test_frames_of_a_gigabyte_are_refused_by_their_header(tmp_path: Path, one_engine: str) -> None:
    film = tmp_path / "a.gif"
    film.write_bytes(b"GIF89a\0\x40\0\x40\x80\0\0\0\0\0\xff\xff\xff" + PIXEL * 2 + b";")
    with pytest.raises(CannotFit, match="16,384 x 16,384 pixels") as refused:
        fit(film, to_whatsapp())
    assert refused.value.why == "damaged"
