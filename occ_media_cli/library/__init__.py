"""The library of approved files: what was proposed, who approved it, for which inboxes, and until when."""
