"""What orders add up to: value per customer, revenue by month, cohorts, repeat rates, gaps between purchases.

Tables are Ibis expressions over the lake (`customers`, `revenue`, `returns`), small results stand in `Figure` for the
pages. Written by the analysis; tells no event of its own.
"""
