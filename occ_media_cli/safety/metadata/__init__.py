"""What a file tells besides its content: where and with what it was made, by whom, and what was there before.

Each kind of file says once, in its module here, which bytes tell something and what belongs in their place; that is
what is looked at, and what `safety.strip` leaves out. A file without any of them has no facts.
"""
