"""Text that must not leave: card numbers, IBANs, keys, classification words and labels, and what an operator names."""
