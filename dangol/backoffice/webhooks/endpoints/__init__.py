"""Endpoints: addresses of other systems that want to be told, what of, and by whose rights.

Only administrators keep them. Tells `webhook.created`, `webhook.changed`, `webhook.rotated`, `webhook.disabled`,
`webhook.trashed`.
"""
