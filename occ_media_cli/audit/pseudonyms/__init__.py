"""Reports without names of people: which texts name people, and the pseudonyms that stand for them."""
