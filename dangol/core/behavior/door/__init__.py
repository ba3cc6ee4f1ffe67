"""The event door: takes events in over HTTP, as client libraries of Segment's protocol send them.

A lean path in front of the pages. Writes raw bodies into the inbox, several requests a transaction, and answers 2xx
only after their commit. Tells nothing; `stream` works the inbox off behind.
"""
