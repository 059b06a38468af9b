"""The ledger: the append-only record of the files that were shared or refused."""
