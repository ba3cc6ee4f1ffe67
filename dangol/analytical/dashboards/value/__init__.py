"""Who brings the money: the Pareto curve, what each tier brings, how people moved between tiers, who is slipping away.

Reads what the tiers left; writes nothing and tells no event.
"""
