"""Pages that change while one looks: whoever writes tells of it, open pages hear and ask again.

Told is only that something changed on a record; what its reader may see of it, the page asks like any page.
"""
