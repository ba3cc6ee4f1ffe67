"""What the laws of countries ask of advertising and of personal data: rules as rows, each with its source and date.

What is built in stands in `rules.countries`; an administrator corrects a value, and each correction stays as history.
Also the certificates of those through whom bulk texts go. Tells `law.corrected` and `sender.certified`.
"""
