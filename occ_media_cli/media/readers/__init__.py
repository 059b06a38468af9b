"""Readers of containers that several kinds share. They read; they do not judge."""
