"""Taking in files: tables read as they come, columns guessed and corrected, a dry run, then the run itself.

A slice registers an importer (`registry.register_importer`); pages, jobs, put-aside rows and their file to mend are
the same for every one. Knows tables, columns and rows, and nothing of what they mean.
"""
