"""Types that the product does not take, with the words that say what such a file is.

They are here so that a rejection can name the file ("a macro-enabled Word document") and a channel that takes more
than the product does can be judged. Everything is data; structure is read in `kinds`.
"""

from __future__ import annotations

from typing import NamedTuple


class ForeignFormat(NamedTuple):
    """How a type is called: category, media type, and the words after "is "."""

    category: str
    media_type: str
    description: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
_MS = "application/vnd.ms-"

DESCRIBED: dict[str, ForeignFormat] = {
    # the product's own
    "aac": ForeignFormat("audio", "audio/aac", "AAC audio"),
    "amr": ForeignFormat("audio", "audio/amr", "AMR audio"),
    "mp3": ForeignFormat("audio", "audio/mpeg", "MP3 audio"),
    "m4a": ForeignFormat("audio", "audio/mp4", "MPEG-4 audio"),
    "ogg": ForeignFormat("audio", "audio/ogg", "Ogg audio"),
    "txt": ForeignFormat("document", "text/plain", "plain text"),
    "xls": ForeignFormat("document", "application/vnd.ms-excel", "an old Excel workbook"),
    "xlsx": ForeignFormat("document", _OFFICE + "spreadsheetml.sheet", "an Excel workbook"),
    "doc": ForeignFormat("document", "application/msword", "an old Word document"),
    "docx": ForeignFormat("document", _OFFICE + "wordprocessingml.document", "a Word document"),
    "ppt": ForeignFormat("document", "application/vnd.ms-powerpoint", "an old PowerPoint presentation"),
    "pptx": ForeignFormat("document", _OFFICE + "presentationml.presentation", "a PowerPoint presentation"),
    "pdf": ForeignFormat("document", "application/pdf", "a PDF document"),
    "jpg": ForeignFormat("image", "image/jpeg", "a JPEG image"),
    "png": ForeignFormat("image", "image/png", "a PNG image"),
    "gif": ForeignFormat("image", "image/gif", "a GIF image"),
    "webp": ForeignFormat("image", "image/webp", "a WebP image"),
    "3gp": ForeignFormat("video", "video/3gpp", "a 3GP video"),
    "mp4": ForeignFormat("video", "video/mp4", "an MP4 video"),
    # Office with something more than a plain document
    "docm": ForeignFormat("document", _MS + "word.document.macroEnabled.12", "a macro-enabled Word document"),
    "dotx": ForeignFormat("document", _OFFICE + "wordprocessingml.template", "a Word template"),
    "dotm": ForeignFormat("document", _MS + "word.template.macroEnabled.12", "a macro-enabled Word template"),
    "xlsm": ForeignFormat("document", _MS + "excel.sheet.macroEnabled.12", "a macro-enabled Excel workbook"),
    "xltx": ForeignFormat("document", _OFFICE + "spreadsheetml.template", "an Excel template"),
    "xltm": ForeignFormat("document", _MS + "excel.template.macroEnabled.12", "a macro-enabled Excel template"),
    "xlam": ForeignFormat("document", _MS + "excel.addin.macroEnabled.12", "an Excel add-in with macros"),
    "xlsb": ForeignFormat("document", _MS + "excel.sheet.binary.macroEnabled.12", "a binary Excel workbook"),
    "pptm": ForeignFormat("document", _MS + "powerpoint.presentation.macroEnabled.12", "a macro-enabled presentation"),
    "potx": ForeignFormat("document", _OFFICE + "presentationml.template", "a PowerPoint template"),
    "potm": ForeignFormat(
        "document", _MS + "powerpoint.template.macroEnabled.12", "a macro-enabled PowerPoint template"
    ),
    "ppsx": ForeignFormat("document", _OFFICE + "presentationml.slideshow", "a PowerPoint slide show"),
    "ppsm": ForeignFormat("document", _MS + "powerpoint.slideshow.macroEnabled.12", "a macro-enabled slide show"),
    "ppam": ForeignFormat("document", _MS + "powerpoint.addin.macroEnabled.12", "a PowerPoint add-in with macros"),
    "sldx": ForeignFormat("document", _OFFICE + "presentationml.slide", "a single PowerPoint slide"),
    "sldm": ForeignFormat("document", _MS + "powerpoint.slide.macroEnabled.12", "a macro-enabled PowerPoint slide"),
    "thmx": ForeignFormat("document", _MS + "officetheme", "an Office theme"),
    "vsdx": ForeignFormat("document", _MS + "visio.drawing.main+xml", "a Visio drawing"),
    "vsdm": ForeignFormat("document", _MS + "visio.drawing.macroEnabled.main+xml", "a macro-enabled Visio drawing"),
    "xps": ForeignFormat("document", "application/vnd.ms-xpsdocument", "an XPS document"),
    "encrypted-ooxml": ForeignFormat("document", "application/encrypted", "an encrypted Office document"),
    # OLE
    "msg": ForeignFormat("document", _MS + "outlook", "an Outlook message"),
    "msi": ForeignFormat("program", "application/x-msi", "a Windows installer"),
    "vsd": ForeignFormat("document", "application/vnd.visio", "an old Visio drawing"),
    "pub": ForeignFormat("document", "application/x-mspublisher", "a Publisher document"),
    "mpp": ForeignFormat("document", _MS + "project", "a Project plan"),
    "hwp": ForeignFormat("document", "application/x-hwp", "a Hangul document"),
    "wps": ForeignFormat("document", _MS + "works", "a Works document"),
    "ole": ForeignFormat("document", "application/x-ole-storage", "an OLE file of no known program"),
    # other documents and text
    "odt": ForeignFormat("document", "application/vnd.oasis.opendocument.text", "an OpenDocument text"),
    "ods": ForeignFormat("document", "application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet"),
    "odp": ForeignFormat("document", "application/vnd.oasis.opendocument.presentation", "an OpenDocument presentation"),
    "odg": ForeignFormat("document", "application/vnd.oasis.opendocument.graphics", "an OpenDocument drawing"),
    "odf": ForeignFormat("document", "application/vnd.oasis.opendocument.formula", "an OpenDocument formula"),
    "epub": ForeignFormat("document", "application/epub+zip", "an EPUB book"),
    "rtf": ForeignFormat("document", "text/rtf", "a Rich Text document"),
    "ps": ForeignFormat("document", "application/postscript", "a PostScript document"),
    "html": ForeignFormat("document", "text/html", "an HTML page"),
    "xml": ForeignFormat("document", "text/xml", "an XML document"),
    "svg": ForeignFormat("image", "image/svg+xml", "an SVG drawing"),
    # archives and programs
    "zip": ForeignFormat("archive", "application/zip", "a ZIP archive"),
    "jar": ForeignFormat("program", "application/java-archive", "a Java archive"),
    "apk": ForeignFormat("program", "application/vnd.android.package-archive", "an Android program"),
    "rar": ForeignFormat("archive", "application/vnd.rar", "a RAR archive"),
    "7z": ForeignFormat("archive", "application/x-7z-compressed", "a 7-Zip archive"),
    "gz": ForeignFormat("archive", "application/gzip", "a gzip archive"),
    "bz2": ForeignFormat("archive", "application/x-bzip2", "a bzip2 archive"),
    "xz": ForeignFormat("archive", "application/x-xz", "an XZ archive"),
    "zst": ForeignFormat("archive", "application/zstd", "a Zstandard archive"),
    "tar": ForeignFormat("archive", "application/x-tar", "a tar archive"),
    "cab": ForeignFormat("archive", "application/vnd.ms-cab-compressed", "a Cabinet archive"),
    "xar": ForeignFormat("archive", "application/x-xar", "a XAR archive"),
    "ar": ForeignFormat("archive", "application/x-archive", "an ar archive"),
    "cpio": ForeignFormat("archive", "application/x-cpio", "a cpio archive"),
    "lz4": ForeignFormat("archive", "application/x-lz4", "an LZ4 archive"),
    "lz": ForeignFormat("archive", "application/x-lzip", "an lzip archive"),
    "lzh": ForeignFormat("archive", "application/x-lzh-compressed", "an LHA archive"),
    "arj": ForeignFormat("archive", "application/x-arj", "an ARJ archive"),
    "rpm": ForeignFormat("archive", "application/x-rpm", "an RPM package"),
    "iso": ForeignFormat("archive", "application/x-iso9660-image", "a disk image"),
    "dmg": ForeignFormat("archive", "application/x-apple-diskimage", "a macOS disk image"),
    "exe": ForeignFormat("program", "application/vnd.microsoft.portable-executable", "a Windows program"),
    "elf": ForeignFormat("program", "application/x-executable", "a Linux program"),
    "macho": ForeignFormat("program", "application/x-mach-binary", "a macOS program"),
    "class": ForeignFormat("program", "application/java-vm", "a Java class"),
    "wasm": ForeignFormat("program", "application/wasm", "a WebAssembly program"),
    "dex": ForeignFormat("program", "application/vnd.android.dex", "an Android program"),
    "swf": ForeignFormat("program", "application/vnd.adobe.flash.movie", "a Flash program"),
    "chm": ForeignFormat("program", "application/vnd.ms-htmlhelp", "a Windows help file"),
    "lnk": ForeignFormat("program", "application/x-ms-shortcut", "a Windows shortcut"),
    "script": ForeignFormat("program", "text/x-script", "a script"),
    "sqlite": ForeignFormat("data", "application/vnd.sqlite3", "an SQLite database"),
    # images
    "bmp": ForeignFormat("image", "image/bmp", "a BMP image"),
    "tif": ForeignFormat("image", "image/tiff", "a TIFF image"),
    "ico": ForeignFormat("image", "image/vnd.microsoft.icon", "a Windows icon"),
    "psd": ForeignFormat("image", "image/vnd.adobe.photoshop", "a Photoshop image"),
    "jp2": ForeignFormat("image", "image/jp2", "a JPEG 2000 image"),
    "jxl": ForeignFormat("image", "image/jxl", "a JPEG XL image"),
    "heic": ForeignFormat("image", "image/heic", "a HEIC image"),
    "avif": ForeignFormat("image", "image/avif", "an AVIF image"),
    "cr3": ForeignFormat("image", "image/x-canon-cr3", "a Canon raw image"),
    # audio
    "wav": ForeignFormat("audio", "audio/wav", "WAV audio"),
    "flac": ForeignFormat("audio", "audio/flac", "FLAC audio"),
    "aiff": ForeignFormat("audio", "audio/aiff", "AIFF audio"),
    "mp2": ForeignFormat("audio", "audio/mpeg", "MPEG layer II audio"),
    "mp1": ForeignFormat("audio", "audio/mpeg", "MPEG layer I audio"),
    "ac3": ForeignFormat("audio", "audio/ac3", "AC-3 audio"),
    "mid": ForeignFormat("audio", "audio/midi", "MIDI music"),
    "au": ForeignFormat("audio", "audio/basic", "Sun audio"),
    "caf": ForeignFormat("audio", "audio/x-caf", "Core Audio"),
    "ape": ForeignFormat("audio", "audio/x-ape", "Monkey's Audio"),
    # video
    "mov": ForeignFormat("video", "video/quicktime", "a QuickTime film"),
    "m4v": ForeignFormat("video", "video/x-m4v", "an iTunes video"),
    "3g2": ForeignFormat("video", "video/3gpp2", "a 3GPP2 video"),
    "f4v": ForeignFormat("video", "video/x-f4v", "a Flash MP4 video"),
    "ogv": ForeignFormat("video", "video/ogg", "an Ogg video"),
    "ogx": ForeignFormat("data", "application/ogg", "an Ogg file of another kind"),
    "avi": ForeignFormat("video", "video/x-msvideo", "an AVI video"),
    "mkv": ForeignFormat("video", "video/x-matroska", "a Matroska video"),
    "webm": ForeignFormat("video", "video/webm", "a WebM video"),
    "flv": ForeignFormat("video", "video/x-flv", "a Flash video"),
    "wmv": ForeignFormat("video", "video/x-ms-asf", "a Windows Media file"),
    "mpg": ForeignFormat("video", "video/mpeg", "an MPEG video"),
    "ts": ForeignFormat("video", "video/mp2t", "an MPEG transport stream"),
}

MEDIA_TYPES: frozenset[str] = frozenset(known.media_type for known in DESCRIBED.values())

NAMED: dict[str, str] = {name: name for name in DESCRIBED} | {
    "jpeg": "jpg",
    "jpe": "jpg",
    "tiff": "tif",
    "heif": "heic",
    "htm": "html",
    "qt": "mov",
    "oga": "ogg",
    "opus": "ogg",
    "3gpp": "3gp",
    "3gpp2": "3g2",
    "mpeg": "mpg",
    "asf": "wmv",
    "wma": "wmv",
    "aif": "aiff",
    "midi": "mid",
    "eps": "ps",
    "dot": "doc",
    "xlt": "xls",
    "pot": "ppt",
    "pps": "ppt",
    "mka": "mkv",
    "weba": "webm",
    "ots": "ods",
    "ott": "odt",
    "otp": "odp",
    "tgz": "gz",
    "dll": "exe",
}
"""The type that an extension claims, for files that the product itself does not take."""

ALSO: dict[str, tuple[str, ...]] = {
    "m4v": ("mp4",),
    "script": ("txt",),
    "xml": ("txt", "svg", "html"),
    "html": ("txt", "xml"),
    "mka": ("webm",),
    "ogx": ("ogg", "ogv"),
    "m4b": ("m4a",),
    "wps": ("ole", "doc"),
    "mpp": ("ole",),
    "pub": ("ole",),
}
"""Further types that a file of an extension may honestly be."""
