"""What a file has to become, by everything that is said of it."""

from __future__ import annotations

import pytest

from occ_media_cli.decide.fit import fits
from occ_media_cli.decide.fit_goals import FitTarget, find_refusals, join_needs, plan_fit
from occ_media_cli.media.channels import CHANNELS
from occ_media_cli.media.channels.profile import ChannelRule, Needs, Profile, SizeLimit
from occ_media_cli.media.channels.profiles import built_in
from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.recognition import Observation, Recognition
from occ_media_cli.media.types import BY_TYPE

LARGE = 300_000_000


def known(kind: str, size: int = LARGE, **facts: object) -> Recognition:
    return Recognition(kind, "", "a file", size, facts)  # type: ignore[arg-type]  # what a recogniser would read


def to(*channels: str, table: bool = False, most: int | None = None) -> FitTarget:
    return FitTarget(table, tuple(built_in(each) for each in channels), most)


def types(file: Recognition, target: FitTarget, name: str | None = None) -> list[str]:
    return [goal.type for goal in plan_fit(file, name or f"a.{file.type}", target, 0.9).goals]


FILM = {"video_codecs": ["hevc"], "audio_codecs": ["aac"], "codecs": ["hevc", "aac"]}


@pytest.mark.parametrize(
    ("file", "target", "wanted"),
    [
        (known("jpg"), to("whatsapp-cloud"), ["jpg"]),
        (known("png"), to("whatsapp-cloud"), ["png", "jpg"]),
        (known("webp"), to("whatsapp-cloud"), ["jpg"]),
        (known("webp", alpha=True), to("whatsapp-cloud"), ["png", "jpg"]),
        (known("webp"), to("email-gmail"), ["webp", "jpg"]),
        (known("heic"), to("whatsapp-cloud"), ["jpg"]),
        (known("gif", animated=True), to("whatsapp-cloud"), ["mp4"]),
        (known("gif", animated=True), to("twilio-mms"), ["gif", "mp4"]),
        (known("gif"), to("whatsapp-cloud"), ["png", "jpg"]),
        (known("webp", lossless=True), to("whatsapp-cloud"), ["png", "jpg"]),
        (known("bmp"), to("whatsapp-cloud"), ["png", "jpg", "png"]),
        (known("tif"), to("messenger"), ["png", "jpg", "png"]),
        (known("ico"), to("whatsapp-cloud"), ["png", "jpg"]),
        (known("svg"), to("whatsapp-cloud"), []),
        (known("mov", **FILM), to("whatsapp-cloud"), ["mp4"]),
        (known("3gp", **FILM), to("whatsapp-cloud"), ["mp4"]),
        (known("mkv"), to("messenger"), ["mp4"]),
        (known("mp4", video_codecs=[], audio_codecs=["alac"]), to("whatsapp-cloud"), ["mp4", "ogg", "m4a", "mp3", "aac", "amr"]),
        (known("wav"), to("whatsapp-cloud"), ["ogg", "m4a", "mp3", "aac", "amr"]),
        (known("wav"), to("messenger"), ["ogg", "m4a", "mp3", "aac", "amr"]),
        (known("ogg", audio_codecs=["vorbis"]), to("whatsapp-cloud"), ["ogg", "m4a", "mp3", "aac", "amr"]),
        (known("pdf"), to("whatsapp-cloud"), ["pdf"]),
        (known("docx"), to("email-gmail"), ["docx"]),
        (known("docx"), to("twilio-mms"), []),
        (known("txt"), to("whatsapp-cloud"), []),
        (known("zip"), to("whatsapp-cloud"), []),
        (known("jpg"), to(most=1_000), ["jpg"]),
        (known("heic"), to(most=1_000), ["jpg"]),
        (known("mov", **FILM), to(most=1_000), ["mp4"]),
    ],
)  # fmt: skip
def test_a_file_keeps_its_type_or_gets_the_nearest(file: Recognition, target: FitTarget, wanted: list[str]) -> None:
    assert types(file, target) == wanted


def test_whatever_is_offered_for_a_picture_can_be_made() -> None:
    kinds = [kind for kind, each in DESCRIBED.items() if each.category == "image"]
    assert {"jpg", "heic", "bmp", "tif", "svg"} <= {*kinds}
    for kind in kinds:
        for channel in CHANNELS:
            file, target = known(kind), to(channel)
            (found,) = fits(file, f"a.{kind}", target.profiles, "", table=False)
            offered = found.fix.partition(" ")[0]
            if offered in BY_TYPE:
                assert offered in types(file, target), (kind, channel, found.fix)


def test_what_never_lost_anything_is_a_png_only_where_its_pixels_stay_or_a_jpeg_costs() -> None:
    exact = [goal.exact for goal in plan_fit(known("bmp"), "a.bmp", to("whatsapp-cloud"), 0.9).goals]
    assert exact == [True, False, False]


def test_a_goal_has_the_smallest_limit_and_all_that_is_needed() -> None:
    target = to("whatsapp-cloud", "twilio-mms", "email-gmail", table=True)
    (png, jpg) = plan_fit(known("png"), "a.png", target, 0.8).goals
    assert (png.type, jpg.type, jpg.most, jpg.floor) == ("png", "jpg", 5_000_000, 0.8)
    assert (jpg.needs.bits, jpg.advice) == (8, ("rgb",))
    (film,) = plan_fit(known("mov", **FILM), "a.mov", to("whatsapp-cloud", "twilio-mms", table=True), 0.9).goals[:1]
    assert (film.most, film.needs.video_codecs, film.needs.audio_streams) == (5_000_000, ("h264",), 1)
    assert film.advice == ("moov-first", "no-high-b-frames")


def test_a_limit_on_the_encoded_file_is_counted_back() -> None:
    (goal,) = plan_fit(known("pdf"), "a.pdf", to("email-gmail"), 0.9).goals
    target = to("email-gmail")
    assert find_refusals(known("pdf", goal.most), "a.pdf", target) == []
    assert find_refusals(known("pdf", goal.most + 57), "a.pdf", target), "not a byte is given away"


def test_a_size_that_somebody_asks_for_is_a_limit_too() -> None:
    (goal,) = plan_fit(known("jpg", 900), "a.jpg", to("whatsapp-cloud", most=500), 0.9).goals
    assert goal.most == 500
    assert plan_fit(known("jpg", 500), "a.jpg", to("whatsapp-cloud", most=500), 0.9).fits


def test_what_passes_is_left_and_what_is_only_advised_is_made_in_its_own_type() -> None:
    film = known("mp4", 1_000, video_codecs=["h264"], audio_codecs=["aac"], moov_before_mdat=True)
    assert plan_fit(film, "a.mp4", to("whatsapp-cloud"), 0.9).goals == ()
    late = known("mp4", 1_000, video_codecs=["h264"], audio_codecs=["aac"], moov_before_mdat=False)
    plan = plan_fit(late, "a.mp4", to("whatsapp-cloud"), 0.9)
    assert (plan.fits, [goal.type for goal in plan.goals]) == (True, ["mp4"])
    stereo = known("ogg", 1_000, audio_codecs=["opus"], channels=2)
    assert [goal.type for goal in plan_fit(stereo, "a.ogg", to("whatsapp-cloud"), 0.9).goals] == ["ogg"]


def test_a_name_alone_is_mended_by_a_name() -> None:
    plan = plan_fit(known("jpg", 100), "a.png", to("whatsapp-cloud"), 0.9)
    assert (plan.renamed, plan.goals) == ("jpg", ())
    assert plan_fit(known("pdf", 100), "a" * 30 + ".pdf", to("viber-business"), 0.9).renamed == "pdf"


@pytest.mark.parametrize("code", ["damaged", "password-protected", "active-content"])
def test_what_no_copy_mends_is_told(code: str) -> None:
    file = Recognition("pdf", "pdf", "a PDF", LARGE, {}, (Observation(code, "the reason"),))
    plan = plan_fit(file, "a.pdf", to("whatsapp-cloud"), 0.9)
    assert (plan.goals, plan.reason) == ((), "the reason")


def test_without_a_way_the_reason_says_so() -> None:
    assert "there is no way" in plan_fit(known("txt"), "a.txt", to("whatsapp-cloud"), 0.9).reason
    limit = SizeLimit("1 MB", 10**6, 10**6)
    odd = Profile("odd", "Odd", (ChannelRule("send", "file", ("zip",), limit),), {})
    assert "no type that a copy could have" in plan_fit(known("jpg"), "a.jpg", FitTarget(False, (odd,)), 0.9).reason


def test_channels_that_have_no_type_in_common_are_said_to() -> None:
    limit = SizeLimit("1 MB", 10**6, 10**6)
    one, two = (Profile(kind, "", (ChannelRule("send", "audio", (kind,), limit),), {}) for kind in ("ogg", "mp3"))
    reason = plan_fit(known("wav"), "a.wav", FitTarget(False, (one, two)), 0.9).reason
    assert reason == "each of ogg, mp3 would take a copy, and none that all of them take can be made"
    reason = plan_fit(known("wav"), "a.wav", to("viber-business", table=True), 0.9).reason
    assert reason.endswith("viber-business takes nothing that can be made of a file")


def test_needs_that_contradict_each_other_have_no_goal() -> None:
    assert join_needs([Needs(audio_codecs=("opus",)), Needs(audio_codecs=("aac",))]) is None
    assert join_needs([Needs(animated=True), Needs(animated=False)]) is None
    both = join_needs([Needs(audio_codecs=("aac", "mp3"), bits=8), Needs(audio_codecs=("mp3",), channels=1)])
    assert both == Needs(audio_codecs=("mp3",), bits=8, channels=1)
