"""Office (docx, xlsx, pptx): the same document with smaller pictures inside. Every other part stays byte for byte."""

from __future__ import annotations

from typing import IO

from occ_media_cli.convert.goal import CannotFit, Converted, Goal
from occ_media_cli.convert.inner import Shrunk, shrink_pictures
from occ_media_cli.convert.inner_worker import MOST_TOGETHER, largest_first
from occ_media_cli.convert.office_pictures import JPEG, PNG, OfficePicture, pack_png, workable_pixels
from occ_media_cli.convert.package_copy import PackageCopy, Packed, archive_size, media_parts, write_parts
from occ_media_cli.convert.package_links import TYPES, Links
from occ_media_cli.convert.picture_damage import damaged_pictures, is_damaged
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import FileSource

_LONGEST = {"pptx": 13.34, "docx": 11.7, "xlsx": 11.7}
"""Inches of the longer side of a slide of 16:9, and of a sheet of A4: no picture is taken to be shown larger."""

_KEYED = b"clrChange"
"""The element that lets one colour of a picture show through; a JPEG does not keep a colour as it is."""

_MOST_SAMPLES = 400_000_000
"""Bytes of the samples of all PNG pictures that are packed again."""

_SPARE = 64, 8
"""Bytes for the type of pictures that become JPEG, and for the longer name of each."""


def make(source: FileSource, known: Recognition, goal: Goal, out: IO[bytes]) -> Converted:
    """See `goal.Way`."""
    package = PackageCopy(source)
    parts = {key: package.pack_part(key) for key in package.members}
    changes = ["packed again"]
    broken = _damaged(package)
    if packed := _pack_pngs(package, parts, broken):
        changes.append(f"{packed:,} drawings packed again, their pixels the same")
    size = archive_size(parts)
    if size <= goal.most:
        write_parts(parts, out)
        return Converted(tuple(changes), warning=damaged_pictures(len(broken)))
    links = Links(package.members, package.read)
    pictures = _pictures(package, parts, links, broken, _LONGEST.get(goal.type, _LONGEST["docx"]))
    rest = size - sum(each.size for each in pictures)
    if not pictures:
        raise CannotFit("no-way", f"packed anew it has {size:,} bytes, and no picture that may be made smaller")
    pngs = sum(each.key.endswith(".png") for each in pictures)
    room = goal.most - rest - (_SPARE[0] + _SPARE[1] * pngs if pngs else 0)
    if room <= 0:
        raise CannotFit("no-way", f"without the pictures that may be made smaller it still has {rest:,} bytes")
    shrunk = shrink_pictures(pictures, room, goal.floor)
    renamed = _put(package, parts, links, pictures, shrunk)
    if archive_size(parts) > goal.most:
        raise CannotFit("quality", f"with smaller pictures it still has {archive_size(parts):,} bytes")
    write_parts(parts, out)
    changes.append(f"{shrunk.changed:,} of {len(pictures):,} pictures at quality {shrunk.quality:.0f}")
    if shrunk.scaled:
        changes.append(f"{shrunk.scaled:,} of them scaled to {shrunk.dots * _LONGEST[goal.type]:,.0f} pixels at most")
    if renamed:
        changes.append(f"{renamed:,} of them JPEG instead of PNG")
    lost = ["quality of pictures"] + (["resolution of pictures"] if shrunk.scaled else [])
    return Converted(tuple(changes), tuple(lost), shrunk.ssim, shrunk.encodes, damaged_pictures(len(broken)))


def _damaged(package: PackageCopy) -> frozenset[str]:
    """The pictures that are not whole."""
    found = set[str]()
    for key in media_parts(package):
        content = package.read(key)
        kind = "png" if content.startswith(PNG) else "jpg" if content.startswith(JPEG) else ""
        if workable_pixels(content) and is_damaged(content, kind):
            found.add(key)
    return frozenset(found)


def _pack_pngs(package: PackageCopy, parts: dict[str, Packed], broken: frozenset[str]) -> int:
    """Pack the samples of the PNG pictures as small as they go; how many became smaller."""
    count, left = 0, _MOST_SAMPLES
    for key in media_parts(package):
        content = package.read(key)
        if key in broken or not content.startswith(PNG) or (need := workable_pixels(content) * 4) > left:
            continue
        left -= need
        if (made := pack_png(content, need + need // 4)) is not content:
            packed = package.pack_part(key, made)
            if len(packed.content) < len(parts[key].content):
                parts[key] = packed
                count += 1
    return count


def _pictures(
    package: PackageCopy, parts: dict[str, Packed], links: Links, broken: frozenset[str], longest: float
) -> list[OfficePicture]:
    """The pictures that may be made smaller: those that something leads to and that nothing asks to be exact."""
    exact = {key for key in package.members if key.endswith(".xml") and _KEYED in package.read(key)}
    found, left = list[OfficePicture](), MOST_TOGETHER
    for key in sorted(media_parts(package), key=lambda key: -package.members[key].size):
        content = package.read(key)
        pixels = workable_pixels(content)
        if key in broken or not pixels or pixels > left or not links.owners_of(key).isdisjoint(exact):
            continue
        left -= pixels
        as_jpeg = content.startswith(JPEG) or links.may_rename(key)
        try:
            found.append(OfficePicture(key, content, len(parts[key].content), longest=longest, as_jpeg=as_jpeg))
        except (OSError, ValueError, SyntaxError):
            continue  # a picture that is cut off stays as it is
    return largest_first(found)


def _put(
    package: PackageCopy, parts: dict[str, Packed], links: Links, pictures: list[OfficePicture], shrunk: Shrunk
) -> int:
    """Put the new bytes of pictures into the parts; how many got another name."""
    renamed = 0
    for picture, part in zip(pictures, shrunk.parts, strict=True):
        if part is None:
            continue
        name = None
        if part.startswith(JPEG) and package.read(picture.key).startswith(PNG):
            name = links.rename_to_jpeg(picture.key, package.members[picture.key].shown).encode()
            renamed += 1
        parts[picture.key] = package.pack_part(picture.key, part, name)
    if renamed:
        for key, text in links.texts.items():
            if key.endswith(".rels") or key == TYPES:
                parts[key] = package.pack_part(key, text)
    return renamed
