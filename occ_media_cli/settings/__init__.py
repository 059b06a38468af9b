"""What an inbox allows, now and at any past moment."""
