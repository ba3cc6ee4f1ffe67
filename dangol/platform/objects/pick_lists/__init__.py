"""Lists of values that a company keeps itself: names in both languages, colours, order, what is no longer offered.

Of custom fields the list is part of their definition; of the house's own fields it lies in `PickList`, over what the
slice declared. `merging` makes one value of two in every record and wherever a value is named (`places`).
"""
