"""Pages that open without being signed in: sign-in, a forgotten password, links that work once."""
