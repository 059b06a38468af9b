"""Commands that judge and report, each with its view beside it."""
