"""Letters that tell people what became of their consent, and that it still holds: service mail through the gate.

The queue and its proof are `core.consent.notices`. Holds no tables.
"""
