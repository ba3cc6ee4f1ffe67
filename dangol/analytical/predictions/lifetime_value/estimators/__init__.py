"""The models themselves: NumPy and SciPy only; nothing here knows Django, the database or the clock."""
