"""The Overview page at `/`: what the shop earns, from whom, and who is slipping away.

Read by everyone who may see insight; written by nobody (its figures come from the warehouse and the models, see
`queries.py`). Tells no event: asking for a refresh is a job of the warehouse.
"""
