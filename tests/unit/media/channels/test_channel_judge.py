"""What each channel says about files, by its own published limits."""

from __future__ import annotations

import pytest

from occ_media_cli.media.channels.channel_judge import channel_problems
from occ_media_cli.media.channels.profile import ChannelRule, Needs, Profile
from occ_media_cli.media.channels.profiles import Profiles
from occ_media_cli.media.recognition import Recognition
from tests.unit.media.build import FOREIGN, VALID, archive, film, ogg, ogg_page
from tests.unit.media.looks import codes, look

PROFILES = Profiles()


def says(content: bytes, name: str, channel: str, direction: str | None = "send") -> list[tuple[str, str]]:
    found = channel_problems(look(content, name), name, PROFILES.get(channel), direction)
    return [(each.code, each.message) for each in found]


def sized(kind: str, size: int, channel: str, direction: str | None = "send") -> list[str]:
    known = Recognition(kind, "", "", size)
    return [each.code for each in channel_problems(known, f"a.{kind}", PROFILES.get(channel), direction)]


def test_whatsapp_takes_opus_and_no_vorbis() -> None:
    assert says(ogg("opus"), "a.ogg", "whatsapp-cloud") == []
    assert says(ogg("vorbis"), "a.ogg", "whatsapp-cloud") == [
        ("codec-unsupported", "whatsapp-cloud takes ogg with Opus, and this is Vorbis")
    ]
    assert says(ogg("vorbis"), "a.ogg", "whatsapp-cloud", "receive") == []


def test_whatsapp_takes_webp_as_a_sticker_only() -> None:
    assert says(VALID["webp"], "a.webp", "whatsapp-cloud") == [
        (
            "channel-unsupported",
            "whatsapp-cloud takes webp only as a sticker of 512 x 512 pixels, and this has 6 x 5",
        )
    ]
    sticker = Recognition("webp", "webp", "", 90_000, {"width": 512, "height": 512, "animated": False})
    moving = Recognition("webp", "webp", "", 450_000, {"width": 512, "height": 512, "animated": True})
    assert channel_problems(sticker, "a.webp", PROFILES.get("whatsapp-cloud"), "send") == []
    assert channel_problems(moving, "a.webp", PROFILES.get("whatsapp-cloud"), "send") == []


@pytest.mark.parametrize(("codec", "seen"), [(b"hvc1", "HEVC"), (b"av01", "AV1"), (b"vp09", "VP9")])
def test_whatsapp_names_the_codec_that_it_refuses(codec: bytes, seen: str) -> None:
    clip = film(tracks=((b"vide", codec), (b"soun", b"mp4a")))
    assert says(clip, "a.mp4", "whatsapp-cloud") == [
        ("codec-unsupported", f"whatsapp-cloud takes mp4 with H.264, and this is {seen}")
    ]


def test_whatsapp_takes_one_audio_stream() -> None:
    clip = film(tracks=((b"vide", b"avc1"), (b"soun", b"mp4a"), (b"soun", b"mp4a")))
    assert says(clip, "a.mp4", "whatsapp-cloud") == [
        ("codec-unsupported", "whatsapp-cloud takes 1 audio stream, and this has 2")
    ]


def test_advice_is_a_note() -> None:
    assert [code for code, _ in says(film(index_first=False), "a.mp4", "whatsapp-cloud")] == ["channel-advice"]


def test_telegram_takes_as_a_document_what_is_no_photo() -> None:
    assert sized("png", 20_000_000, "telegram") == ["channel-advice"]
    assert sized("png", 60_000_000, "telegram") == ["over-limit"]
    assert says(VALID["docx"], "a.docx", "telegram") == []
    assert sized("docx", 21_000_000, "telegram", "receive") == ["over-limit"]


@pytest.mark.parametrize(("width", "height", "photo"), [
    (5_000, 5_000, True), (5_000, 5_001, False), (2_000, 100, True), (100, 2_001, False),
])  # fmt: skip
def test_telegram_takes_a_photo_up_to_the_shape_that_it_states(width: int, height: int, photo: bool) -> None:
    picture = Recognition("jpg", "jpeg", "", 1_000, {"width": width, "height": height})
    found = [each.message for each in channel_problems(picture, "a.jpg", PROFILES.get("telegram"), "send")]
    assert found == ([] if photo else ["telegram takes it as a document, not as a photo"])


def test_a_shape_is_refused_in_numbers_where_there_is_no_other_way() -> None:
    narrow = Profile("narrow", "", (ChannelRule("both", "image", ("jpg",), needs=Needs(pixel_sum=2_000, ratio=3)),), {})
    for width, height, said in (
        (1_500, 500, []),
        (1_501, 500, ["lets width and height add up to 2,000, and here it is 2,001",
                      "lets one side be 3 times the other, and this has 1,501 x 500"]),
        (100, 301, ["lets one side be 3 times the other, and this has 100 x 301"]),
    ):  # fmt: skip
        picture = Recognition("jpg", "jpeg", "", 1_000, {"width": width, "height": height})
        found = channel_problems(picture, "a.jpg", narrow, "send")
        assert [each.message.removeprefix("narrow ") for each in found] == said


def test_line_takes_no_documents() -> None:
    assert [code for code, _ in says(VALID["pdf"], "a.pdf", "line")] == ["channel-unsupported"]
    assert says(VALID["pdf"], "a.pdf", "line", "receive") == []  # its owner says nothing about that direction


@pytest.mark.parametrize(
    ("channel", "kind", "near", "at_most"),
    [
        ("whatsapp-cloud", "png", 5_000_000, 5_242_880),
        ("whatsapp-cloud", "pdf", 100_000_000, 104_857_600),
        ("twilio-whatsapp", "pdf", 16_000_000, 16_777_216),
        ("messenger", "mp3", 25_000_000, 26_214_400),
        ("line", "mp4", 200_000_000, 209_715_200),
        ("viber-bot", "mp4", 50_000_000, 52_428_800),
        ("aws-mms", "pdf", 600_000, 614_400),
        ("twilio-flex-web", "png", 16_777_216, 16_777_216),
    ],
)
def test_a_limit_is_exact_to_the_byte(channel: str, kind: str, near: int, at_most: int) -> None:
    assert "over-limit" not in sized(kind, at_most, channel)
    assert "size-near-limit" not in sized(kind, near, channel)
    assert "over-limit" in sized(kind, at_most + 1, channel)
    if near != at_most:
        assert "size-near-limit" in sized(kind, near + 1, channel)


def test_mail_counts_the_encoded_message() -> None:
    assert sized("pdf", 18_000_000, "email-gmail") == []
    assert sized("pdf", 18_500_000, "email-gmail") == ["size-near-limit"]
    assert sized("pdf", 19_200_000, "email-gmail") == ["over-limit"]


def test_mail_blocks_programs_in_archives_too() -> None:
    assert [code for code, _ in says(archive({"a.exe": b"1"}), "a.zip", "email-gmail")] == ["channel-unsupported"]
    assert says(archive({"a.txt": b"1"}), "a.zip", "email-gmail") == []
    assert [code for code, _ in says(FOREIGN["exe"], "a.exe", "email-exchange-online")] == ["channel-unsupported"]


def test_a_channel_may_take_what_the_product_does_not() -> None:
    assert says(FOREIGN["mov"], "a.mov", "messenger") == []
    assert says(b"a,b\n1,2\n", "a.csv", "viber-business") == []


def test_an_extension_is_no_proof_for_a_channel() -> None:
    assert [code for code, _ in says(FOREIGN["exe"], "a.csv", "viber-business")] == ["channel-unsupported"]


def test_without_a_direction_the_better_one_counts() -> None:
    assert sized("zip", 1000, "whatsapp-cloud", None) == ["receive-only"]
    assert sized("pdf", 1000, "whatsapp-cloud", None) == []


def test_an_own_profile_refuses_what_it_was_told_to() -> None:
    own = Profiles({"ours": {"base": "web-widget", "refuse": ["audio", "gif"]}}).get("ours")
    known = {kind: channel_problems(look(VALID[kind], f"a.{kind}"), f"a.{kind}", own, "send") for kind in VALID}
    assert {kind for kind, found in known.items() if found} == {"aac", "amr", "mp3", "m4a", "ogg", "gif"}


@pytest.mark.parametrize("channels", [2, 6])
def test_the_advice_of_one_way_is_not_hidden_by_another(channels: int) -> None:
    family = b"\0" if channels <= 2 else b"\1\4\2\0\4\1\2\3\5"
    head = b"OpusHead\1" + bytes([channels]) + b"\0\0\x80\xbb\0\0\0\0" + family
    opus = ogg_page(2, 0, head) + ogg_page(0, 1, b"\1" * 201) + ogg_page(4, 2, b"\2" * 201)
    assert says(opus, "a.ogg", "whatsapp-cloud") == [
        (
            "channel-advice",
            f"whatsapp-cloud says mono only on one of its pages, and this has {channels} channels",
        )
    ]


def test_a_channel_that_takes_mono_only_says_how_many_channels_there_are() -> None:
    rule = ChannelRule("send", "audio", ("ogg",), needs=Needs(channels=1))
    profile = Profile("radio", "Radio", (rule,), {})
    stereo = Recognition("ogg", "ogg", "", 900, {"channels": 2, "codecs": ["opus"]})
    assert [each.message for each in channel_problems(stereo, "a.ogg", profile, "send")] == [
        "radio takes mono only, and this has 2 channels"
    ]


@pytest.mark.parametrize("direction", ["send", "receive", None])
@pytest.mark.parametrize("channel", ["whatsapp-cloud", "line", "telegram", "email-gmail"])
@pytest.mark.parametrize(("content", "name"), [
    (VALID["png"][:-20], "a.png"), (VALID["docx"][:-30], "a.docx"), (VALID["png"][:-20], "a.apng"), (b"\0\1\2" * 99, "a.png"),
])  # fmt: skip
def test_a_file_that_is_refused_for_itself_is_not_refused_by_the_channel_too(
    content: bytes, name: str, channel: str, direction: str | None
) -> None:
    assert says(content, name, channel, direction) == []


def test_what_nobody_knows_is_still_refused_by_a_channel_that_states_its_types() -> None:
    assert says(b"\0\1\2" * 99, "a.xyz", "whatsapp-cloud") == [
        ("channel-unsupported", "whatsapp-cloud does not take xyz to send")
    ]


def test_a_film_with_encrypted_tracks_is_named() -> None:
    film_ = film(tracks=((b"vide", b"encv"), (b"soun", b"enca")))
    assert ("codec-unsupported", "whatsapp-cloud takes mp4 with H.264, and this is encrypted") in says(
        film_, "a.mp4", "whatsapp-cloud"
    )
    assert codes(film_, "a.mp4") == ["password-protected"]
    assert codes(film(tracks=((b"vide", b"avc1"), (b"soun", b"enca"))), "a.mp4") == ["password-protected"]
    assert codes(film(b"M4A ", (b"M4A ",), ((b"soun", b"drms"),)), "a.m4a") == ["password-protected"]
