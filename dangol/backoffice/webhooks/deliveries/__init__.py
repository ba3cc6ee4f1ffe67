"""Deliveries: each message to an endpoint, its attempts, and sending them again until they arrive.

At least once, with the same `webhook-id` each time. Endpoints are served side by side, each in order: a slow one
keeps nobody else waiting.
"""
