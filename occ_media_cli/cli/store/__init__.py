"""Commands about the store and this machine, each with its view beside it."""
