"""What other programs say of a file: nothing here is shared with the product."""
