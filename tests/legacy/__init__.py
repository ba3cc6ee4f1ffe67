"""Two old order systems moved in whole, from CSV files made of their tables."""
