"""Ibis expressions over the lake: functions from tables to a table, named after the table they return.

Money is DECIMAL throughout. Days are those of the backend's time zone. A purchase is a day on which a customer's net
is above 0: several orders on one day are one purchase, and a day that only cancels is none.
"""
