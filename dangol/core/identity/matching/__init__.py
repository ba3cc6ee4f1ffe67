"""Matching: how probable it is that two records speak of the same person, learnt without any example.

The model is that of Fellegi and Sunter (A Theory for Record Linkage, JASA 1969), its parameters by expectation
maximisation; both by Splink.
"""
