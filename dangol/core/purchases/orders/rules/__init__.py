"""What an order file says, understood row by row. Pure: no database, no clock.

`fields` columns and their names, `choices` what is decided for the whole file, `kinds` what sort of order or line it
is, `reading` one row, `gathering` the whole file.
"""
