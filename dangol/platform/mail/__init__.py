"""Mail: the one way out for letters, the local catcher, and the look of our own domain."""
