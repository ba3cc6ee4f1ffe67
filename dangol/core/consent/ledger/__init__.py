"""The ledger of consent: which person allowed or refused what, on which channel, when, how, and by which wording.

Rows are only added. `ConsentState` is the newest row of each kind, kept by the database itself. Tells
`consent.recorded`.
"""
