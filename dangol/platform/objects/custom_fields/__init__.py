"""Custom fields: what a company adds to its records itself, usable at once wherever fields are.

`services` writes the definitions and tells `custom_field.*`. Values lie in the JSONB column `custom` of each object's
table (`columns`); `current` hands the definitions to the registry, `indexing` builds indexes as the owner role.
"""
