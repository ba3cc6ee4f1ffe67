"""Who was there: devices and names that a source has seen, and the people they turned out to be.

A visitor becomes known by signing in, by a verified address, by a signed link of a mail or by hand. A wrong link is cut
and stays cut. Writes visitors; tells `visitor.known`, `visitor.cut` and `visitor.rejoined`.
"""
