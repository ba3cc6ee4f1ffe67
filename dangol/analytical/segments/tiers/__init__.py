"""Tiers: customers ranked by value into top, middle and bottom, with what each brings and how people move between them.

Written by the analysis (`CustomerTier`, `TierPeriod`) and by people (`TierLimits`). Tells `tier_limits.set`.
"""
