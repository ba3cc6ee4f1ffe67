"""Which pairs are more than chance. Pure numpy and scipy."""
