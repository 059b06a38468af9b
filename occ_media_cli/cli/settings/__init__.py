"""Commands that read and change settings, each with its view beside it."""
