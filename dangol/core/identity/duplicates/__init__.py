"""Duplicates at entry: who is known already that looks like the one being added, with reasons in words.

Only records and fields that the asker may see are compared. Writes nothing, tells nothing.
"""
