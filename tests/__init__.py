"""Rules of the house and stories in a real browser."""
