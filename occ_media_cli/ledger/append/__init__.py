"""How rows get into the ledger. Imports point one way: appender, exact, corrections and decisions, writer.

What serves speed alone is named in docs/speed.md, with the plain version that a test holds each part against.
"""
