"""What people bought, as conditions of the filter language: how often, of what, for how much, in which days.

Two fields of people, `purchases` and `spent`, each for the database and for the warehouse. Writes nothing and tells
nothing.
"""
