"""Pictures of the business: each has a finding in one sentence, a table, a CSV file and a door behind every number.

Reads the figures that the warehouse, the tiers and the models left; writes nothing and tells no event.
"""
