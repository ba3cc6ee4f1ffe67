"""The language of messages, without a database: reading, cleaning, compiling, rendering, checking.

`content` holds what goes in and comes out, `compiling.compile_content` makes one from the other.
"""
