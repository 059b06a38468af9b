"""How an audit reads: the document for programs, the short page for a terminal, the long one to hand over."""
