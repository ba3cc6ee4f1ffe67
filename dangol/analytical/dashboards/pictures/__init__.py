"""What every picture shares: its table, its CSV file, and the address of the list behind a number.

Used by the other slices of this room; writes nothing and tells no event.
"""
