"""The channels on which messages go out to customers and their answers come back."""
