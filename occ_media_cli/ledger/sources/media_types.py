"""The extension that stands for a media type, for media that come without a file name."""

from __future__ import annotations

import re

EXTENSIONS = {
    "audio/aac": "aac", "audio/amr": "amr", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/ogg": "ogg",
    "audio/opus": "opus", "audio/wav": "wav", "application/pdf": "pdf", "text/plain": "txt", "text/csv": "csv",
    "text/vcard": "vcf", "text/x-vcard": "vcf", "image/svg+xml": "svg", "image/tiff": "tif", "video/x-msvideo": "avi",
    "application/msword": "doc", "application/vnd.ms-excel": "xls", "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/zip": "zip", "image/jpeg": "jpg", "image/jpg": "jpg", "image/png": "png", "image/webp": "webp",
    "image/gif": "gif", "image/heic": "heic", "video/mp4": "mp4", "video/3gpp": "3gp", "video/3gp": "3gp",
    "video/quicktime": "mov", "message/rfc822": "eml", "message/global": "eml", "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-mime": "p7m", "text/calendar": "ics",
}  # fmt: skip

_SHORT = re.compile(r"(?:application|audio|image|text|video)/(?:x-)?([a-z0-9]{2,8})")


def extension_of(media_type: str | None) -> str | None:
    """`ogg` for `audio/ogg; codecs=opus`: the parameters of a media type do not count."""
    if media_type is None:
        return None
    bare = media_type.partition(";")[0].strip().lower()
    if bare in EXTENSIONS:
        return EXTENSIONS[bare]
    match = _SHORT.fullmatch(bare)
    return match[1] if match else None
