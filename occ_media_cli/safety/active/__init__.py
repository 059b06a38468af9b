"""Active content: what in a file runs, starts or fetches something, or is a program."""
