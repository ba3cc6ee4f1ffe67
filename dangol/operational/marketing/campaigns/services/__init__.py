"""What may be done with a campaign."""
