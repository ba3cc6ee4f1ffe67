"""Writes of the demo company: `loading` and `removing`, each in one transaction, by statements over whole tables."""
