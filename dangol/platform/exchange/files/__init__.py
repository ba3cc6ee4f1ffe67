"""Files that are no text tables (spreadsheets, address cards), made into one before anything else looks at them.

They are distrusted: a child process without rights to anything else reads them, within limits of memory and time.
"""
