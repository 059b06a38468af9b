"""Making a file fit: a copy that a channel takes, as near to its original as the channel lets it be.

A way is a module of this room that makes one family of files; `ways` lists them. A way knows no channel and no path: it
gets an open file, what that was recognised as, and a `Goal`, and it writes into a file that nobody can see yet. Who
asks (`decide.fit_writing`) chooses the goals, runs the way in a process with limits, and judges what came out.
"""
