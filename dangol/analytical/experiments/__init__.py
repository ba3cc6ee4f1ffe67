"""Who is treated and who is not, and what the difference is."""
