"""The key figures of a period: revenue, share of regulars, active customers, days between orders, value at risk.

Worked out by a step of the analysis over the lake, read by the Overview page. Tells no event.
"""
