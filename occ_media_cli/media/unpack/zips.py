"""The members of a ZIP archive, office packages among them, and everything that programs read in different ways."""

from __future__ import annotations

from occ_media_cli.media.readers.signatures import archive_in
from occ_media_cli.media.readers.zipfiles import Archive, Member, TooLarge, ZipBroken
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.unpack.room import Opened, Room, Unread

_TYPES = b"[Content_Types].xml"


def family_inside(source: FileSource) -> str:
    """`ooxml` for an office package, whose parts are of its own format; `zips` for an archive of anything."""
    try:
        return "ooxml" if Archive(source).find_member(_TYPES) is not None else "zips"
    except (ZipBroken, TooLarge):
        return "zips"


def read_parts(source: FileSource, room: Room) -> Opened:
    """Every member that its directory lists. What another program would find besides is unread."""
    try:
        archive = Archive(source)
    except (ZipBroken, TooLarge) as problem:
        yield Unread("", str(problem))
        return
    if archive.shift:
        yield Unread("", "something stands before its first member")
    if archive.zip64_end:
        yield Unread("", "it has the end record of a large archive, which some programs do not follow")
    try:
        if archive.holds_unlisted():
            yield Unread("", "it holds an entry that its directory does not list")
    except ZipBroken as problem:
        yield Unread("", str(problem))
    hidden = archive_in(source.data[archive.directory : archive.end - len(archive.comment)])
    if hidden is not None:
        yield Unread("", f"{hidden} is in a field of its directory")
    if archive.comment:
        hidden = archive_in(archive.comment)
        if hidden is not None:
            yield Unread("", f"{hidden} is in its comment")
        yield "its comment", archive.comment
    for member in archive.entries:
        name = member.shown
        try:
            hidden = archive_in(_field(source, archive, member))
            if hidden is not None:
                yield Unread(name, f"{hidden} is in a field of its header")
            against = archive.contradiction(member)
            if against is not None:
                yield Unread(name, f"its two headers disagree: {against}")
            reason = _refusal(member) or room.refuses(member.size)
            if reason is not None:
                yield Unread(name, reason)
            elif member.size or member.packed:
                yield name, archive.unpack(member, room.most, to_the_end=True)
        except (ZipBroken, TooLarge) as problem:
            yield Unread(name, str(problem))


def _field(source: FileSource, archive: Archive, member: Member) -> bytes:
    """What stands between the name of a member and its bytes."""
    return source.data[member.offset + archive.shift + 30 + len(member.name) : archive.begin_of(member)]


def _refusal(member: Member) -> str | None:
    if member.flags & 0x2041:
        return "it is encrypted"
    if member.flags & 0x20:
        return "it is a patch of another file"
    return None if member.method in (0, 8) else f"it is packed by method {member.method}, which is not undone"
