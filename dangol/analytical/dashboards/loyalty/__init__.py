"""Who comes back: the cohort map and the repeat rate.

Reads what the marts left; writes nothing and tells no event.
"""
