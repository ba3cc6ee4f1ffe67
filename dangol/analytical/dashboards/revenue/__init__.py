"""What came in by month, from new and returning customers, and what is expected to come.

Reads what the marts and the lifetime value model left; writes nothing and tells no event.
"""
