"""Bytes in folders and buckets, reached without following a link: opening, walking, and moving them for a purge.

Every other room asks here, so that there is one answer to what may be opened and what a walk passes over.
"""
