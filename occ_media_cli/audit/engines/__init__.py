"""Where rules are asked: SQLite over a store, DuckDB and Spark over an export, one file each."""
