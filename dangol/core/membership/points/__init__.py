"""Points: a ledger that is only added to, from which balances follow.

Written when orders earn or are taken back, when points are spent, adjusted or expire. The database keeps every balance
at or above zero, whoever writes at the same time. Tells `points.earned`, `points.recorded`, `points.expired`,
`points.expiring`.
"""
