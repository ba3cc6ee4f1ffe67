"""Matching on any file of people, with no database: read, learn, match, and where the truth is known, judge."""
