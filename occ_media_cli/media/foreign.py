"""Types that the product does not take, with the words that say what such a file is.

They are here so that a rejection can name the file ("a macro-enabled Word document") and a channel that takes more
than the product does can be judged. Everything is data; structure is read in `kinds`.
"""

from __future__ import annotations

from typing import NamedTuple


class Known(NamedTuple):
    """How a type is called: category, media type, and the words after "is "."""

    category: str
    media_type: str
    description: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
_MS = "application/vnd.ms-"

DESCRIBED: dict[str, Known] = {
    # the product's own
    "aac": Known("audio", "audio/aac", "AAC audio"),
    "amr": Known("audio", "audio/amr", "AMR audio"),
    "mp3": Known("audio", "audio/mpeg", "MP3 audio"),
    "m4a": Known("audio", "audio/mp4", "MPEG-4 audio"),
    "ogg": Known("audio", "audio/ogg", "Ogg audio"),
    "txt": Known("document", "text/plain", "plain text"),
    "xls": Known("document", "application/vnd.ms-excel", "an old Excel workbook"),
    "xlsx": Known("document", _OFFICE + "spreadsheetml.sheet", "an Excel workbook"),
    "doc": Known("document", "application/msword", "an old Word document"),
    "docx": Known("document", _OFFICE + "wordprocessingml.document", "a Word document"),
    "ppt": Known("document", "application/vnd.ms-powerpoint", "an old PowerPoint presentation"),
    "pptx": Known("document", _OFFICE + "presentationml.presentation", "a PowerPoint presentation"),
    "pdf": Known("document", "application/pdf", "a PDF document"),
    "jpg": Known("image", "image/jpeg", "a JPEG image"),
    "png": Known("image", "image/png", "a PNG image"),
    "gif": Known("image", "image/gif", "a GIF image"),
    "webp": Known("image", "image/webp", "a WebP image"),
    "3gp": Known("video", "video/3gpp", "a 3GP video"),
    "mp4": Known("video", "video/mp4", "an MP4 video"),
    # Office with something more than a plain document
    "docm": Known("document", _MS + "word.document.macroEnabled.12", "a macro-enabled Word document"),
    "dotx": Known("document", _OFFICE + "wordprocessingml.template", "a Word template"),
    "dotm": Known("document", _MS + "word.template.macroEnabled.12", "a macro-enabled Word template"),
    "xlsm": Known("document", _MS + "excel.sheet.macroEnabled.12", "a macro-enabled Excel workbook"),
    "xltx": Known("document", _OFFICE + "spreadsheetml.template", "an Excel template"),
    "xltm": Known("document", _MS + "excel.template.macroEnabled.12", "a macro-enabled Excel template"),
    "xlam": Known("document", _MS + "excel.addin.macroEnabled.12", "an Excel add-in with macros"),
    "xlsb": Known("document", _MS + "excel.sheet.binary.macroEnabled.12", "a binary Excel workbook"),
    "pptm": Known("document", _MS + "powerpoint.presentation.macroEnabled.12", "a macro-enabled presentation"),
    "potx": Known("document", _OFFICE + "presentationml.template", "a PowerPoint template"),
    "potm": Known("document", _MS + "powerpoint.template.macroEnabled.12", "a macro-enabled PowerPoint template"),
    "ppsx": Known("document", _OFFICE + "presentationml.slideshow", "a PowerPoint slide show"),
    "ppsm": Known("document", _MS + "powerpoint.slideshow.macroEnabled.12", "a macro-enabled slide show"),
    "ppam": Known("document", _MS + "powerpoint.addin.macroEnabled.12", "a PowerPoint add-in with macros"),
    "sldx": Known("document", _OFFICE + "presentationml.slide", "a single PowerPoint slide"),
    "sldm": Known("document", _MS + "powerpoint.slide.macroEnabled.12", "a macro-enabled PowerPoint slide"),
    "thmx": Known("document", _MS + "officetheme", "an Office theme"),
    "vsdx": Known("document", _MS + "visio.drawing.main+xml", "a Visio drawing"),
    "vsdm": Known("document", _MS + "visio.drawing.macroEnabled.main+xml", "a macro-enabled Visio drawing"),
    "xps": Known("document", "application/vnd.ms-xpsdocument", "an XPS document"),
    "encrypted-ooxml": Known("document", "application/encrypted", "an encrypted Office document"),
    # OLE
    "msg": Known("document", _MS + "outlook", "an Outlook message"),
    "msi": Known("program", "application/x-msi", "a Windows installer"),
    "vsd": Known("document", "application/vnd.visio", "an old Visio drawing"),
    "pub": Known("document", "application/x-mspublisher", "a Publisher document"),
    "mpp": Known("document", _MS + "project", "a Project plan"),
    "hwp": Known("document", "application/x-hwp", "a Hangul document"),
    "wps": Known("document", _MS + "works", "a Works document"),
    "ole": Known("document", "application/x-ole-storage", "an OLE file of no known program"),
    # other documents and text
    "odt": Known("document", "application/vnd.oasis.opendocument.text", "an OpenDocument text"),
    "ods": Known("document", "application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet"),
    "odp": Known("document", "application/vnd.oasis.opendocument.presentation", "an OpenDocument presentation"),
    "odg": Known("document", "application/vnd.oasis.opendocument.graphics", "an OpenDocument drawing"),
    "odf": Known("document", "application/vnd.oasis.opendocument.formula", "an OpenDocument formula"),
    "epub": Known("document", "application/epub+zip", "an EPUB book"),
    "rtf": Known("document", "text/rtf", "a Rich Text document"),
    "ps": Known("document", "application/postscript", "a PostScript document"),
    "html": Known("document", "text/html", "an HTML page"),
    "xml": Known("document", "text/xml", "an XML document"),
    "svg": Known("image", "image/svg+xml", "an SVG drawing"),
    # archives and programs
    "zip": Known("archive", "application/zip", "a ZIP archive"),
    "jar": Known("program", "application/java-archive", "a Java archive"),
    "apk": Known("program", "application/vnd.android.package-archive", "an Android program"),
    "rar": Known("archive", "application/vnd.rar", "a RAR archive"),
    "7z": Known("archive", "application/x-7z-compressed", "a 7-Zip archive"),
    "gz": Known("archive", "application/gzip", "a gzip archive"),
    "bz2": Known("archive", "application/x-bzip2", "a bzip2 archive"),
    "xz": Known("archive", "application/x-xz", "an XZ archive"),
    "zst": Known("archive", "application/zstd", "a Zstandard archive"),
    "tar": Known("archive", "application/x-tar", "a tar archive"),
    "cab": Known("archive", "application/vnd.ms-cab-compressed", "a Cabinet archive"),
    "exe": Known("program", "application/vnd.microsoft.portable-executable", "a Windows program"),
    "elf": Known("program", "application/x-executable", "a Linux program"),
    "macho": Known("program", "application/x-mach-binary", "a macOS program"),
    "class": Known("program", "application/java-vm", "a Java class"),
    "wasm": Known("program", "application/wasm", "a WebAssembly program"),
    "lnk": Known("program", "application/x-ms-shortcut", "a Windows shortcut"),
    "script": Known("program", "text/x-script", "a script"),
    "sqlite": Known("data", "application/vnd.sqlite3", "an SQLite database"),
    # images
    "bmp": Known("image", "image/bmp", "a BMP image"),
    "tif": Known("image", "image/tiff", "a TIFF image"),
    "ico": Known("image", "image/vnd.microsoft.icon", "a Windows icon"),
    "psd": Known("image", "image/vnd.adobe.photoshop", "a Photoshop image"),
    "jp2": Known("image", "image/jp2", "a JPEG 2000 image"),
    "jxl": Known("image", "image/jxl", "a JPEG XL image"),
    "heic": Known("image", "image/heic", "a HEIC image"),
    "avif": Known("image", "image/avif", "an AVIF image"),
    "cr3": Known("image", "image/x-canon-cr3", "a Canon raw image"),
    # audio
    "wav": Known("audio", "audio/wav", "WAV audio"),
    "flac": Known("audio", "audio/flac", "FLAC audio"),
    "aiff": Known("audio", "audio/aiff", "AIFF audio"),
    "mp2": Known("audio", "audio/mpeg", "MPEG layer II audio"),
    "mp1": Known("audio", "audio/mpeg", "MPEG layer I audio"),
    "ac3": Known("audio", "audio/ac3", "AC-3 audio"),
    "mid": Known("audio", "audio/midi", "MIDI music"),
    "au": Known("audio", "audio/basic", "Sun audio"),
    "caf": Known("audio", "audio/x-caf", "Core Audio"),
    "ape": Known("audio", "audio/x-ape", "Monkey's Audio"),
    # video
    "mov": Known("video", "video/quicktime", "a QuickTime film"),
    "m4v": Known("video", "video/x-m4v", "an iTunes video"),
    "3g2": Known("video", "video/3gpp2", "a 3GPP2 video"),
    "f4v": Known("video", "video/x-f4v", "a Flash MP4 video"),
    "ogv": Known("video", "video/ogg", "an Ogg video"),
    "ogx": Known("data", "application/ogg", "an Ogg file of another kind"),
    "avi": Known("video", "video/x-msvideo", "an AVI video"),
    "mkv": Known("video", "video/x-matroska", "a Matroska video"),
    "webm": Known("video", "video/webm", "a WebM video"),
    "flv": Known("video", "video/x-flv", "a Flash video"),
    "wmv": Known("video", "video/x-ms-asf", "a Windows Media file"),
    "mpg": Known("video", "video/mpeg", "an MPEG video"),
    "ts": Known("video", "video/mp2t", "an MPEG transport stream"),
}

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
