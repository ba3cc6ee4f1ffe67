"""How entries become a story: put in order, joined, folded."""
