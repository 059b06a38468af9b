"""Office packages: which parts, elements and attributes tell of a document, and what it is without them."""
