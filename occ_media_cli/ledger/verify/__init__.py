"""Computes every stored value of the ledger again and compares."""
