"""MP4, M4A, 3GP, QuickTime, HEIC, AVIF: boxes with a brand in front (ISO/IEC 14496-12, 3GPP TS 26.244)."""

from __future__ import annotations

from contextlib import suppress

from occ_media_cli.media.readers.boxes import Cut, IsoBox, boxes
from occ_media_cli.media.readers.coded import FRAMES_READ, are_coded
from occ_media_cli.media.readers.signatures import WINDOW, runs_at
from occ_media_cli.media.readers.tracks import Track, tracks_of
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

_FIRST = frozenset((b"ftyp", b"styp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"))
_IMAGES = {
    b"heic": "heic",
    b"heix": "heic",
    b"heim": "heic",
    b"heis": "heic",
    b"hevc": "heic",
    b"hevx": "heic",
    b"mif1": "heic",
    b"mif2": "heic",
    b"msf1": "heic",
    b"avif": "avif",
    b"avis": "avif",
    b"crx ": "cr3",
    b"jp2 ": "jp2",
    b"jpx ": "jp2",
    b"jxl ": "jxl",
}
_AUDIO_BRANDS = (b"M4A", b"M4B", b"M4P")
_VIDEO_BRANDS = (b"M4V", b"M4VH", b"M4VP")
_GENERAL = (b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"mp41", b"mp42", b"avc1")
_STILLS = frozenset(("mjpeg", "jpeg", "png"))
_LATER = frozenset((b"moof", b"mfra", b"udta", b"meta", b"uuid"))
_INDEXES = frozenset((b"sidx", b"ssix", b"prft", b"emsg"))
_PADDING = frozenset((b"free", b"skip", b"wide", b"uuid"))

_MOST_FRAGMENTS = 100
"""Fragments that are looked at until one of them holds a sample."""

FIRST: frozenset[int] | None = None


def claims(source: FileSource) -> bool:
    """A first box that such files begin with, of a length that could be."""
    head = source.head
    if head[4:8] not in _FIRST or len(head) < 8:
        return False
    length = int.from_bytes(head[:4], "big")
    return length >= 8 or length in (0, 1)


def recognise(source: FileSource) -> Structure | None:
    """Walk the boxes, read the tracks, then let brand and tracks say which type it is."""
    found = Structure(None, "isobmff")
    top, cut = _top(source)
    kinds = [box.kind for box in top]
    major, compatible = _brands(source, top)
    found.facts.update(brand=major.decode("latin-1").strip(), compatible=[_text(brand) for brand in compatible])
    if major in _IMAGES:
        found.type = _IMAGES[major]
        if b"avif" in compatible and found.type == "heic":
            found.type = "avif"
        if cut is not None:
            found.note("cut-short", f"it is cut off inside its {_text(cut.kind)} box")
        return found
    foreign = "mov" if major == b"qt  " else "3g2" if major.startswith(b"3g2") or major == b"KDDI" else None
    if foreign is not None and (source.head[4:8] == b"ftyp" or b"moov" in kinds):
        found.type = foreign
        if cut is not None:
            found.note("cut-short", f"it is cut off inside its {_text(cut.kind)} box")
        return found
    moov = next((box for box in top if box.kind == b"moov"), None)
    if cut is not None and cut.kind in _INDEXES and moov is not None:
        found.note("cut-short", f"it is cut off inside its {_text(cut.kind)} box")
    elif cut is not None:
        found.note("damaged", f"it is cut off inside its {_text(cut.kind)} box")
        return found
    if moov is None:
        found.note("damaged", "it has no index of its tracks (moov)")
        return found
    try:
        tracks = tracks_of(source, moov)
    except (Cut, IndexError):
        found.note("damaged", "the index of its tracks (moov) is broken")
        return found
    fragmented = b"moof" in kinds
    _describe(found, tracks)
    found.facts["moov_before_mdat"] = b"mdat" not in kinds or kinds.index(b"moov") < kinds.index(b"mdat")
    found.facts["fragmented"] = fragmented
    if not tracks:
        found.note("damaged", "it has no tracks")
        return found
    if (why := _nothing_plays(source, top, tracks)) is not None:
        found.note("damaged", why)
        return found
    if not fragmented and max(track.last_byte for track in tracks) >= source.size:
        found.note("cut-short", "its index points behind its end: a part of its content is missing")
    elif not fragmented and not _starts(tracks, top):
        found.note("cut-short", "its index points to where no content is")
    elif not fragmented and any(sum(track.sizes) > _content(top) for track in tracks):
        found.note("cut-short", "its index tells of more content than it has")
    found.end = source.size if cut is not None else top[-1].end
    _decide(found, major, compatible, tracks, source.claimed)
    return found


def _top(source: FileSource) -> tuple[list[IsoBox], IsoBox | None]:
    """The boxes at the top, and the one that is cut off."""
    top: list[IsoBox] = []
    try:
        for box in boxes(source, 0, source.size):
            if box.kind in _PADDING or box.kind.isalnum() or not top:
                top.append(box)
            else:
                break
    except Cut as cut:
        known = cut.box.kind in _FIRST or cut.box.kind in _LATER or cut.box.kind in _INDEXES
        return top, cut.box if known or not top else None
    return top, None


def _brands(source: FileSource, top: list[IsoBox]) -> tuple[bytes, list[bytes]]:
    """Major and compatible brands; a file without any is QuickTime, which is older than brands."""
    if not top or top[0].kind not in (b"ftyp", b"styp"):
        head = source.head
        if head[4:8] == b"ftyp":  # the first box itself is cut off
            return head[8:12], []
        return b"qt  ", []
    body = source.data[top[0].body : min(top[0].end, top[0].body + 1024)]
    return body[:4], [body[at : at + 4] for at in range(8, len(body) - 3, 4) if body[at : at + 4].strip(b"\0 ")]


def _describe(found: Structure, tracks: list[Track]) -> None:
    video = [track for track in tracks if track.handler == "vide"]
    sound = [track for track in tracks if track.handler == "soun"]
    found.facts["codecs"] = [track.codec for track in video + sound]
    found.facts["video_codecs"] = [track.codec for track in video]
    found.facts["audio_codecs"] = [track.codec for track in sound]
    found.facts["audio_streams"] = len(sound)
    if video:
        largest = max(video, key=lambda track: track.width * track.height)
        found.facts.update(
            width=largest.width, height=largest.height, profile=largest.profile, b_frames=largest.reordered
        )
    if sound:
        found.facts["channels"] = sound[0].channels
        if sound[0].profile:
            found.facts["audio_profile"] = sound[0].profile


def _decide(found: Structure, major: bytes, compatible: list[bytes], tracks: list[Track], claimed: str | None) -> None:
    handlers = {track.handler for track in tracks}
    moving = any(track.handler == "vide" and track.codec not in _STILLS for track in tracks)
    name = major.rstrip(b" \0")
    sound_alone = "soun" in handlers and not moving  # pictures that stand still are a cover, or those of chapters
    general = major in _GENERAL or any(brand in _GENERAL for brand in compatible)
    if major.startswith((b"3gp", b"3gg", b"3gs", b"3gr", b"3ge", b"3gt", b"3gh", b"3gf")):
        found.type = "3gp"
        if general and (claimed == "mp4" or (claimed == "m4a" and sound_alone)):
            found.type = claimed
            found.note("mp4-brand-3gp", f"its brand is {_text(major)} (3GP), and it says that it is also an MP4")
    elif (name in _AUDIO_BRANDS and not moving) or (
        sound_alone and claimed == "m4a" and (general or any(brand.startswith(_AUDIO_BRANDS) for brand in compatible))
    ):
        found.type = "m4a"
    elif name in (b"F4V", b"F4P", b"F4A", b"F4B"):
        found.type = "mp4" if claimed == "mp4" else "f4v"
    elif "vide" not in handlers and "soun" in handlers:
        found.type = "m4a"
        if claimed == "3gp" and any(brand.startswith(b"3gp") for brand in compatible):
            found.type = "3gp"
        if claimed == "mp4":
            found.type = "mp4"
            found.note("audio-only-video", "it holds sound and no picture")
    elif "vide" in handlers:
        found.type = "mp4"
        if claimed == "3gp" and any(brand.startswith(b"3gp") for brand in compatible):
            found.type = "3gp"
        elif claimed == "m4v" and name in _VIDEO_BRANDS:
            found.type = "m4v"
    else:
        found.type = None
        found.note("damaged", "it holds neither sound nor picture")
    if found.type == "3gp" and "vide" not in handlers:
        found.description = "a 3GP file with sound only"


def _nothing_plays(source: FileSource, top: list[IsoBox], tracks: list[Track]) -> str | None:
    """Why nothing of it can be played, or None: one track has to have a sample that is in the file and begins like one.

    A header that is extended by fragments in other files (an init segment) plays nothing alone.
    """
    content = [box for box in top if box.kind == b"mdat"]
    shown = [track for track in tracks if track.handler in ("vide", "soun")]
    if not any(track.samples for track in shown):
        if not any(_samples_of(source, box) for box in [box for box in top if box.kind == b"moof"][:_MOST_FRAGMENTS]):
            return "it has tracks and no sample in any of them: nothing plays" if shown else None
        shown = []
    if not content:
        return "it has an index and no content (mdat)"
    starts = set(_starts(shown, top))
    places = starts | {box.body for box in content[:4]}
    if any(runs_at(source.data[at : at + WINDOW], 0) for at in places):
        return "a program, an archive or text stands where its content should be"
    for track in shown:
        if not track.samples or track.first_byte not in starts:
            continue
        if track.nal and not _is_unit(source, track):
            return "its picture data does not begin like one"
        if not are_coded(_first_samples(source, track), track.codec, track.profile):
            what = "picture" if track.handler == "vide" else "sound"
            return f"its {what} is not what its codec makes ({track.codec})"
    return None


def _first_samples(source: FileSource, track: Track) -> list[bytes]:
    """The first samples of the first chunk, as far as the file has all of them."""
    found, at = list[bytes](), track.first_byte
    for length in track.sizes[: min(track.in_chunk, FRAMES_READ)]:
        if at + length > source.size:
            break
        found.append(source.data[at : at + length])
        at += length
    return found


def _starts(tracks: list[Track], top: list[IsoBox]) -> list[int]:
    """Where the first samples of the tracks begin, of those that are in the content of the file."""
    content = [box for box in top if box.kind == b"mdat"]
    starts = [track.first_byte for track in tracks if track.samples]
    return [at for at in starts if any(box.body <= at < box.end for box in content)]


def _content(top: list[IsoBox]) -> int:
    """Bytes of content."""
    return sum(box.end - box.body for box in top if box.kind == b"mdat")


def _samples_of(source: FileSource, moof: IsoBox) -> int:
    """Samples that a fragment's runs (`trun`) tell of."""
    found = 0
    with suppress(Cut):  # what can be told until there
        for traf in boxes(source, moof.body, moof.end):
            if traf.kind == b"traf":
                for run in boxes(source, traf.body, traf.end):
                    if run.kind == b"trun":
                        found += int.from_bytes(source.data[run.body + 4 : run.body + 8], "big")
    return found


def _is_unit(source: FileSource, track: Track) -> bool:
    """Whether the first unit of H.264 or HEVC has a length that fits into the file and a legal header."""
    head = source.data[track.first_byte : track.first_byte + track.nal + 1]
    if len(head) <= track.nal:
        return True  # cut off; that is said elsewhere
    length = int.from_bytes(head[: track.nal], "big")
    return track.first_byte + length <= source.size and (not length or not head[track.nal] & 0x80)


def _text(brand: bytes) -> str:
    return brand.decode("latin-1").strip()
