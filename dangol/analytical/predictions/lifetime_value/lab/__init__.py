"""The models on any file of transactions, with no database: read, guess the columns, fit, back-test, tell."""
