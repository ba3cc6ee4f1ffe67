"""What to offer to whom: products that go with what somebody bought."""
