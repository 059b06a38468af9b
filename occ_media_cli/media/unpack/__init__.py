"""The parts inside a container, nested, within limits; and what could not be taken out of it, with the reason."""
