"""The gate: may this message go to this person now, and if not, why. It alone issues permits.

`may_send` answers for one, `may_send_many` for a set in one statement; both are equal. Other floors register rules.
Written by administrators (`GatePolicy`) and by whoever sends (`PermitRecord`). Tells `gate_policy.set`.
"""
