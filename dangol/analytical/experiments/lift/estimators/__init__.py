"""What a treatment brought against control: pure numbers, from rows or from grouped sums, many campaigns at once."""
