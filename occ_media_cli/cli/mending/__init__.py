"""The command line that was meant, whole and ready to paste, for one that was refused: read only after an error."""
