"""Marketing: treating each class of customers differently, and measuring what it brings."""
