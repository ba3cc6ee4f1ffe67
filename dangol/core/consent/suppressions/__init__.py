"""Addresses to which nothing goes any more, whatever was consented: bounced, complained about, or taken out by hand.

Written by staff, by bounces and complaints. Tells `suppression.added` and `suppression.lifted`.
"""
