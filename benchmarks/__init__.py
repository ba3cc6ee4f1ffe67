"""Speed at a stated size, against the budgets of `budgets.toml`.

`python -m benchmarks` runs every row and writes RESULTS.md; `python -m benchmarks NAME ...` runs some.
A row is a table in budgets.toml and a module here with `measure() -> dict of row name to Measured`.
"""
