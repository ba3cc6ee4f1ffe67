"""Visits: what one visitor did without half an hour of silence, as one entry of the story instead of forty page views.

Cut by the times of the events, so that neither order nor batching of their arrival matters. Writes visits; tells
nothing.
"""
