"""Untrusted work in processes with limits, so that no file can take the program down."""
