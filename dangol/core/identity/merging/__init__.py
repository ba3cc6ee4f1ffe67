"""Merging: two records that speak of the same person or company become one, and can become two again.

`services.merge` moves everything that points to one of them to the other and keeps a journal of it; `services.unmerge`
goes back by that journal. Both tell `<object>.merged` or `<object>.unmerged` of the record that stays, and
`<object>.merged_away` or `<object>.came_back` of the other one.
"""
