"""The customer's own pages: unsubscribe, preferences, the message in the browser. Signed links, no sign-in.

A GET changes nothing; what a POST says goes into the ledger of consent. Holds no tables.
"""
