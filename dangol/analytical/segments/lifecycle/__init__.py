"""The stage of a customer's life with us: stranger, lead, first-time, repeat, loyal, lapsing, lost, won back.

Where somebody stands follows from purchases and the limits in force, by one rule that is written twice: plainly for one
person (an order came in) and as an expression for everybody (the analysis). Tells `stage.moved`, `stage_limits.set`.
"""
