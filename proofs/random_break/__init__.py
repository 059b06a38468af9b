"""The parts of random_breaks.py: drawing breaks, a copy of the tree to break, and the tests that should notice."""
