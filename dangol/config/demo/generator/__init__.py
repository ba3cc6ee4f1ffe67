"""Invents the demo company: pure functions of a day and a seed, no Django, no clock.

Nothing in it is real or could be: e-mails end in `.test` (RFC 2606), phone numbers come from ranges that no operator
gives out or that a regulator keeps for drama, registration numbers have a tax office that does not exist.
"""
