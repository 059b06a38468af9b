"""Plans: which files may go, drafted at one moment of the ledger, saved, and approved by a second person."""
