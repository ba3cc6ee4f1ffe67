"""Letters: one-to-one mail that a member of staff writes to a customer, from the customer's page.

Each is a `Content` and a `Message` with source `letter`. Tells `letter.written`.
"""
