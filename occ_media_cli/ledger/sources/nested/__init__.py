"""The mapping of nested JSON: bodies of any platform become entries by a TOML file, without code.

`path` says where a value stands, `filters` make another of it, `conditions` ask about it, `spec` takes the first of
several or joins them; `document` reads the file and says what is wrong in it, `compiled` makes functions of it once,
`rows` makes entries of a body, and `reader` goes through an archive. docs/mapping.md describes the language.
"""
