"""Guardians of those too young to consent themselves (Korea: under 14, PIPA art. 22-2): who agreed, how, and the proof.

Written by staff. Tells `guardian.recorded` and `guardian.withdrawn`.
"""
