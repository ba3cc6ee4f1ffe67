"""The ground of a house's data: its folder, its PostgreSQL, its tables' common shape.

Importing this package must stay cheap and must not need Django: the keeper of the database runs it.
"""
