"""Writing: the language of messages to customers, what makes mail of it, and what the law asks of it.

Written by whoever sends: campaigns, letters. It keeps nothing itself and tells no events. Templates hold fields,
fallbacks, Korean particles and conditions, nothing else; they are compiled once and rendered for each receiver.
"""
