"""The rules of law as rows, the book that is asked, and how the laws of two countries bind together. Pure."""

from dangol.core.consent.law.rules.book import LAW_OF_ALL, Book, Bound
from dangol.core.consent.law.rules.rows import Rule

__all__ = ["LAW_OF_ALL", "Book", "Bound", "Rule"]
