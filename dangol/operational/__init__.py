"""What staff do: marketing, sales and service at their daily work."""
