"""Rules of the house that imports do not show."""
