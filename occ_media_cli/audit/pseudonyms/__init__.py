"""Reports that name nobody: which texts name people, and what stands for them."""
