"""Names in Korean and Latin letters made comparable, and what two records have in common."""
