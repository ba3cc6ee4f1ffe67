"""The back-test of offers on a file of order lines, without a database."""
