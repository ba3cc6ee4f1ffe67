"""Ibis expressions over recipients: functions from tables to a table, named after the table they return."""
