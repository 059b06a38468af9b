"""Evidence to hand over: a signed archive of a report, its entries and settings, and its check."""
