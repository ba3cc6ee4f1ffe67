"""Webhooks: other systems are told of changes as they happen, signed, again and again until they answer."""
