"""Segments: groups of customers, by rules that are asked again and again, or as a list made by hand.

Written by marketers and analysts. Tells `segment.created`, `segment.changed`, `segment.trashed`, `segment.restored`.
"""
