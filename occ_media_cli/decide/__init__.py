"""May this file pass here? What every room knows, put together for one file or one entry."""
