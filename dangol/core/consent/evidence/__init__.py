"""What proves that advertising was sent lawfully: every line of the ledger with its words, every decision of the gate,
every notice and rule, for a person or a period, in one archive that shows when it was changed. Tells
`consent.evidence_taken`.
"""
