"""The kinds of files that a list can become: lines of text, an Excel workbook, Parquet.

Each takes rows chunk by chunk.
"""
