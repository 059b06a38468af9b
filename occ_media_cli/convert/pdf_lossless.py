"""What makes a PDF smaller and changes nothing that it holds: streams packed again, and kept once."""

from __future__ import annotations

import zlib
from hashlib import sha256
from typing import Any

from occ_media_cli.convert.flate import LEVEL, inflate_bounded
from occ_media_cli.convert.libraries import library
from occ_media_cli.convert.pdf_document import MOST_UNPACKED

_LEAST = 64
"""Bytes of a stream below which packing it again is not worth the while."""

_MOST_STREAM = 128_000_000
_MOST_MERGED = 200_000
_OWN = frozenset(("/EmbeddedFile", "/Metadata", "/Form"))
"""Streams that belong to one place: an editor that changes the look of one field may not change another's."""

_MOST_DEPTH = 24


def pack_streams(document: Any) -> int:
    """Pack every Flate stream, and those that are not packed, as small as zlib can; how many became smaller.

    Predictors stay: it is their output that is packed.
    """
    pikepdf = library("pikepdf", "pikepdf")
    left, count = MOST_UNPACKED, 0
    for each in document.objects:
        if not isinstance(each, pikepdf.Stream) or str(each.get("/Type")) in ("/XRef", "/ObjStm", "/Metadata"):
            continue
        raw = each.read_raw_bytes()
        if len(raw) < _LEAST:
            continue
        parms = each.get("/DecodeParms")
        if str(each.get("/Filter")) == "/FlateDecode" and not isinstance(parms, pikepdf.Array):
            plain = inflate_bounded(raw, min(left, _MOST_STREAM))
        elif "/Filter" not in each and "/F" not in each:
            plain = raw
        else:
            continue
        left -= min(left, _MOST_STREAM) if plain is None else len(plain)  # one that is too long was work, too
        if left <= 0:
            break
        if plain is None:
            continue
        packed = zlib.compress(plain, LEVEL)
        if len(packed) < len(raw):
            each.write(packed, filter=pikepdf.Name.FlateDecode, decode_parms=parms)
            count += 1
    return count


def merge_streams(document: Any) -> int:
    """Let what refers to one of several equal streams refer to the first of them; how many are no longer needed."""
    pikepdf = library("pikepdf", "pikepdf")
    first: dict[bytes, Any] = {}
    instead: dict[tuple[int, int], Any] = {}
    for each in document.objects:
        if isinstance(each, pikepdf.Stream) and not {str(each.get("/Type")), str(each.get("/Subtype"))} & _OWN:
            digest = sha256(each.stream_dict.unparse())
            digest.update(each.read_raw_bytes())
            known = first.setdefault(digest.digest(), each)
            if known.objgen != each.objgen:
                instead[each.objgen] = known
    if instead and len(document.objects) <= _MOST_MERGED:
        for each in document.objects:
            _redirect(each, instead, pikepdf, 0)
        return len(instead)
    return 0


def _redirect(holder: Any, instead: dict[tuple[int, int], Any], pikepdf: Any, depth: int) -> None:
    """Change the references in an object and in what stands directly in it."""
    if isinstance(holder, pikepdf.Array):
        places: list[Any] = list(range(len(holder)))
    elif isinstance(holder, pikepdf.Dictionary | pikepdf.Stream):
        places = list(holder.keys())
    else:
        return
    for place in places:
        value = holder[place]
        if not isinstance(value, pikepdf.Object):
            continue
        if value.objgen in instead:
            holder[place] = instead[value.objgen]
        elif not value.is_indirect and depth < _MOST_DEPTH:
            _redirect(value, instead, pikepdf, depth + 1)
