"""Offers the way to remove the demo company where an administrator sees it."""
