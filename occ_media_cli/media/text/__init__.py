"""The words inside a document, in order, each with its place: the page, the part, the cell."""
