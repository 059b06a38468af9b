"""A PDF that is opened to be written anew: what forbids it, what has to be kept in mind, and how it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any
from warnings import catch_warnings, simplefilter

from occ_media_cli.convert.goal import CannotFit
from occ_media_cli.convert.libraries import library
from occ_media_cli.media.source import FileSource

MOST_OBJECTS = 400_000
MOST_PAGES = 5_000
MOST_UNPACKED = 1_000_000_000
"""Objects and pages of a document, and bytes of all its streams together, that are worked on."""

_MOST_STREAM = 256_000_000
_MOST_WARNINGS = 1_000
_PDFA = b"http://www.aiim.org/pdfa/ns/id/"
_PERMISSIONS = ("/DocMDP", "/UR", "/UR3")


@contextmanager
def opened_pdf(source: FileSource) -> Iterator[Any]:
    """The document, opened by pikepdf, that may be written anew. Raises `CannotFit` where it may not or cannot be."""
    pikepdf = library("pikepdf", "pikepdf")
    with _limits(pikepdf):
        try:
            document = pikepdf.open(BytesIO(source.data[: source.size]), suppress_warnings=True)
        except pikepdf.PasswordError as error:
            raise CannotFit("encrypted", "it is encrypted, and opens with a password only") from error
        except (pikepdf.PdfError, ValueError, RuntimeError, MemoryError) as error:
            raise CannotFit("damaged", "it is damaged: it cannot be opened") from error
        try:
            with document:
                _refuse_kept(document, pikepdf)
                yield document
        except (
            pikepdf.PdfError, pikepdf.ForeignObjectError, ValueError, RuntimeError, TypeError, LookupError,
            AttributeError, ArithmeticError, MemoryError,
        ) as error:  # fmt: skip
            raise CannotFit("damaged", "it is damaged: one of its objects cannot be read") from error


@contextmanager
def _limits(pikepdf: Any) -> Iterator[None]:
    """Bounds for what qpdf unpacks by itself; they hold for a whole process, so they are put back."""
    bound = getattr(pikepdf.settings, "set_qpdf_limits", None)
    if bound is None:  # before pikepdf 10.3; the limits of the process that it runs in hold
        yield
        return
    before = bound(
        flate_max_memory=_MOST_STREAM, png_max_memory=_MOST_STREAM, tiff_max_memory=_MOST_STREAM,
        run_length_max_memory=_MOST_STREAM, doc_max_warnings=_MOST_WARNINGS,
    )  # fmt: skip
    try:
        yield
    finally:
        bound(**before)


def _refuse_kept(document: Any, pikepdf: Any) -> None:
    """Raise `CannotFit` for a document that has to stay as it is, or that is too large to be looked at."""
    if document.is_encrypted:
        raise CannotFit("encrypted", "it is encrypted, and a copy would not be")
    if len(document.objects) > MOST_OBJECTS:
        raise CannotFit("damaged", f"it has {len(document.objects):,} objects; at most {MOST_OBJECTS:,} are worked on")
    if not len(document.pages):
        raise CannotFit("damaged", "it is damaged: it has no page")
    if len(document.pages) > MOST_PAGES:
        raise CannotFit("damaged", f"it has {len(document.pages):,} pages; at most {MOST_PAGES:,} are worked on")
    permissions = document.Root.get("/Perms")
    if isinstance(permissions, pikepdf.Dictionary) and any(key in permissions for key in _PERMISSIONS):
        raise CannotFit("signed", "it is certified, and any change would break the signature")
    if any(_is_signature(each, pikepdf) for each in document.objects):
        raise CannotFit("signed", "it is signed, and any change would break the signature")


def _is_signature(each: Any, pikepdf: Any) -> bool:
    """Whether an object, or what stands directly in it, says which bytes of the file it signs."""
    if not isinstance(each, pikepdf.Dictionary | pikepdf.Array):
        return isinstance(each, pikepdf.Stream) and "/ByteRange" in each
    return b"/ByteRange" in each.unparse(resolved=True)


def pdfa_part(document: Any) -> str:
    """The part of PDF/A that a document says that it follows ("1", "2"), "?" for one that is not named, else empty."""
    try:
        words = document.Root.Metadata.read_bytes()
    except (AttributeError, KeyError, RuntimeError, ValueError, library("pikepdf", "pikepdf").PdfError):
        return ""
    if _PDFA not in words:
        return ""
    _, found, rest = words.partition(b":part")
    digit = rest.lstrip(b"=>\"' ")[:1]
    return digit.decode("ascii", "replace") if found and digit.isdigit() else "?"


def save_pdf(document: Any, out: IO[bytes]) -> int:
    """Write the document into an empty file, as small as it goes without touching a stream; the bytes that it has.

    Only what its pages and its catalog lead to is written. Where it says that it is PDF/A-1, which knows no object
    streams, it gets none.
    """
    pikepdf = library("pikepdf", "pikepdf")
    modes = pikepdf.ObjectStreamMode
    out.seek(0)
    out.truncate()
    with catch_warnings():
        simplefilter("ignore")  # of fields that no form lists; they were so before
        document.save(
            out,
            object_stream_mode=modes.disable if pdfa_part(document) == "1" else modes.generate,
            compress_streams=True,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            fix_metadata_version=False,
            deterministic_id=True,
        )
    return out.seek(0, 2)
