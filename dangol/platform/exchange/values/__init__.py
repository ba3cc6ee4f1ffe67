"""What people write in cells, understood: numbers, moments, countries, addresses. Pure functions."""
