"""The money of a customer: a person, a firm alone or with all below it, a household.

By year and by category, what came back, the margin where costs are known, the rhythm. Read from the orders at the
moment of asking; written by nobody, tells nothing.
"""
