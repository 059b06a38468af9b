"""Excel: who opened a workbook and from where, cached cells of other workbooks, and the shapes of comments."""

from __future__ import annotations

from collections.abc import Callable

from occ_media_cli.safety.metadata.office.xml_edit import Action, Drop, Element, Rule, Without

SHEET_NAMES = frozenset(
    (b"absPath", b"revisionPtr", b"fileSharing", b"pivotCacheDefinition", b"sheetDataSet", b"ClientData", b"dbPr")
)
"""The elements that the rule asks about."""


def sheet_rule(count: Callable[[str, int], None]) -> Rule:
    """What of the elements of a workbook tells of it. count: told of each fact and how often it was there."""

    def rule(element: Element) -> Action:
        name, attributes = element.name, element.attributes
        if name == b"absPath":
            count("absolute_paths", 0)
            return Drop(above=b"AlternateContent")
        if name == b"revisionPtr":
            count("document_id", 0)
            return Drop()
        if name == b"fileSharing" and b"userName" in attributes:
            count("author", 0)
            return Without({b"userName": None})
        if name == b"pivotCacheDefinition" and (b"refreshedBy" in attributes or b"refreshedDate" in attributes):
            count("last_modified_by", 0)
            return Without({b"refreshedBy": None, b"refreshedDate": None, b"refreshedDateIso": None})
        if name == b"sheetDataSet" and b"externalBook" in element.around:
            count("external_cells", 0)
            return Drop()
        if name == b"ClientData" and attributes.get(b"ObjectType") == b"Note":
            count("comments", 0)
            return Drop(above=b"shape")
        if name == b"dbPr" and b"connection" in attributes:
            count("connections", 0)
        return None

    return rule
