"""XMP: a packet of RDF in which programs tell of a file (ISO 16684-1). Searched, not parsed: names alone matter."""

from __future__ import annotations

import re

from occ_media_cli.safety.metadata.block import MOST_TOLD

_WORDS: tuple[tuple[str, bytes], ...] = (
    ("location", rb"GPS(?:Dest)?L(?:at|ong)itude|photoshop:(?:City|State|Country)|Iptc4xmpCore:Location|LocationCreated"
                 rb"|LocationShown|dwc:Location"),
    ("author", rb"dc:creator|tiff:Artist|photoshop:(?:AuthorsPosition|CaptionWriter|Credit)|CreatorContactInfo"
               rb"|pdf:Author|xmp:Author"),
    ("owner", rb"(?:aux:|exifEX:Camera)OwnerName|xmpRights:Owner"),
    ("serial", rb"SerialNumber"),
    ("camera", rb"tiff:(?:Make|Model)|aux:Lens|exifEX:Lens"),
    ("software", rb"xmp:CreatorTool|pdf:Producer|tiff:Software"),
    ("dates", rb"(?:xmp|xap):(?:Create|Modify|Metadata)Date|photoshop:DateCreated|exif:DateTime"),
    ("title", rb"dc:title"), ("description", rb"dc:description"), ("keywords", rb"dc:subject|pdf:Keywords"),
    ("copyright", rb"dc:rights"), ("document_id", rb"(?:xmpMM|xapMM):|DocumentID"), ("history", rb"xmpMM:History"),
    ("thumbnail", rb"(?:xmp|xap)(?:GImg)?:(?:Thumbnails|image)|GImg:"), ("people", rb"mwg-rs:|MPReg:|PersonInImage"),
)  # fmt: skip
_SEEN = tuple((fact, re.compile(words)) for fact, words in _WORDS)


def read_xmp(packet: bytes) -> frozenset[str]:
    """The names of what a packet tells; `xmp` at least."""
    text = packet[:MOST_TOLD].replace(b"\0", b"")  # of packets in UTF-16
    return frozenset(("xmp", *(fact for fact, seen in _SEEN if seen.search(text))))
