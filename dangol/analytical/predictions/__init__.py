"""What customers will probably do next: one model a folder, each with its card and its back-test."""
