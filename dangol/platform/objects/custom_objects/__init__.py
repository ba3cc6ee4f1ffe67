"""Objects that the company makes itself ("Pet", "Contract"): a table of its own each, a declaration like any other's.

Definitions are written by administrators here; the owner role's job makes the table. Tells `custom_object.created`,
`.changed`, `.removed`, `.restored`, `.purged`; its records tell `x_pet.created` and so on.
"""
