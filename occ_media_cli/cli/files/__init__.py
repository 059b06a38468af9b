"""Commands that look at files, each with its view beside it."""
