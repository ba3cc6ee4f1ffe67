"""Mentions: whoever is named in a note (@name) finds it in a list of their own, with the number that is still unread.

A mention is seen only by the one whom it names, and only while they may see the note and its record. Tells
`mention.told`, `mention.seen`.
"""
