"""How we talk: one conversation with one customer, whatever the channel."""
