"""What they bought: orders with their lines, cancellations and returns."""
