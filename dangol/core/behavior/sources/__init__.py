"""Sources: sites, apps and servers that may send events, by which write keys, from which origins, under which rules.

Only administrators keep them. Tells `event_source.created`, `event_source.changed`, `event_source.key_made`,
`event_source.key_revoked`, `event_source.trashed`.
"""
