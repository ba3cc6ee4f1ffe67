"""What a treatment brought against its control group, in orders and money, with its interval, or that nobody can tell.

Holds no tables of its own; campaigns and other treatments call it from the analysis.
"""
