"""The builder of filters: nested groups of conditions, also through relations, as one form.

`drafts` is the tree and the form's names (pure), `conditions` one condition, `drawing` the whole as templates show it.
Lists and segments share it; every act works as a plain form, scripts only make it quick.
"""
