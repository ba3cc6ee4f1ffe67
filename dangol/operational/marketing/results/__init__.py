"""What works: campaigns by tier, all advertising against the lasting control group, and what leaving out saved.

Reads what campaigns and the analysis left; writes nothing and tells no event.
"""
