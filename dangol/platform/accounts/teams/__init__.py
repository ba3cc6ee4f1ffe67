"""Pages of teams, and the tree of who leads whom."""
