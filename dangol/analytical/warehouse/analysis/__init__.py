"""The run that refreshes everything we know: extract, marts, tiers, models, figures. One at a time.

Asked for by `dangol analyze`, every night, after an import of orders, or by a person. Tells `analysis.finished`.
"""
