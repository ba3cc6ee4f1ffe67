"""What a customer is worth in the time to come.

Buy-till-you-die models (BG/NBD for orders, Gamma-Gamma for money) learn from each customer's first order, last order
and number of orders. `estimators` holds the models, `lab` runs them on any file of transactions without a database.
"""
