"""Every code of active content: how bad it is, what it means, and what to do about it.

An error starts something or fetches it without being asked, or is a program; a warning can do so once somebody agrees,
or says to others that the file was opened; a note is known to be harmless by itself.
"""

from __future__ import annotations

from occ_media_cli.media.codes import Code
from occ_media_cli.vocabulary import Severity

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
_PLAIN = "Save it in a format without macros, or send it as a PDF."
_ATTACH = "Take the object out, and send what is needed as a file of its own."
_STATIC = "Put the content itself into the document in place of the link."

CODES: dict[str, Code] = {
    "macro-auto-run": Code(_ERROR, "A macro that runs by itself", _PLAIN),
    "dde-program": Code(_ERROR, "A field or link that starts a program (DDE)", "Replace the field by its text."),
    "remote-template": Code(_ERROR, "A template that is fetched from elsewhere", "Attach a local template, or none."),
    "remote-object": Code(_ERROR, "Content that is fetched from elsewhere when the file is opened", _STATIC),
    "embedded-program": Code(_ERROR, "A program, script or shortcut inside of the file", "Take it out."),
    "program-link": Code(_ERROR, "A link that starts a program", "Take the link out."),
    "unc-link": Code(_ERROR, "A path of a file server, which learns who opens the file", _STATIC),
    "object-auto-update": Code(_ERROR, "An object that is loaded when the file is opened", _ATTACH),
    "pdf-launch": Code(_ERROR, "An action that starts a program", "Save it again without actions."),
    "pdf-external": Code(_ERROR, "An action or a stream that opens another file", "Save it again without actions."),
    "macro": Code(_WARNING, "Macros", _PLAIN),
    "excel4-macro": Code(_WARNING, "A macro sheet of Excel 4", _PLAIN),
    "dde-data": Code(_WARNING, "A link that asks another program for data (DDE)", "Replace the link by its values."),
    "embedded-file": Code(_WARNING, "A file inside of the document", _ATTACH),
    "activex": Code(_WARNING, "An ActiveX control", "Take the control out."),
    "custom-ui": Code(_WARNING, "Buttons of its own that call macros", _PLAIN),
    "equation-object": Code(
        _WARNING, "An object of the old equation editor", "Write the equation again, or as a picture."
    ),
    "remote-image": Code(_WARNING, "A picture or sound that is fetched from elsewhere", _STATIC),
    "remote-workbook": Code(_WARNING, "Values that come from a file on the net", "Replace the links by their values."),
    "encrypted": Code(_WARNING, "Encrypted, so that nobody can look inside", "Remove the password."),
    "pdf-javascript": Code(_WARNING, "A script in a PDF", "Print it to a new PDF."),
    "pdf-action": Code(_WARNING, "An action that a PDF does by itself", "Print it to a new PDF."),
    "pdf-submit": Code(_WARNING, "A form that sends what was filled in", "Take the button out."),
    "pdf-attachment": Code(_WARNING, "A file attached to a PDF", "Send it as a file of its own."),
    "pdf-xfa": Code(_WARNING, "A form of XFA, which can hold script", "Print it to a new PDF."),
    "pdf-rich-media": Code(_WARNING, "Film, sound, Flash or 3D inside of a PDF", "Send it as a file of its own."),
    "embedded-document": Code(_NOTE, "A document inside of the document", ""),
    "local-link": Code(_NOTE, "A link to a file of the computer that it was made on", ""),
    "data-connection": Code(_NOTE, "A connection to a database or a file of data", ""),
    "form": Code(_NOTE, "A form to be filled in", ""),
    "link": Code(_NOTE, "Links to other places", ""),
}
