"""Files on disk: where the store is, its SQLite file, its TOML document, locks, migrations and the hash chain."""
