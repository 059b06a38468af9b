"""occ-media: which files a contact centre may share, decided, recorded and proved."""

__version__ = "0.1.0"
