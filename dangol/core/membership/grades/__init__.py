"""Grades of membership: what it takes to reach one, what it gives, and how long it keeps.

Set by people (`Programme`, `Grade`), worked out every night and at once when points come in. Tells `programme.set`,
`grade.saved`, `member.moved`.
"""
