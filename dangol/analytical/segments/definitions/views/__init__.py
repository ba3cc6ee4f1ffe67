"""The pages of a segment's rules: the builder, its parts, and the preview."""
