"""Ibis expressions over recipients and orders: functions from tables to a table, named after the table they return."""
