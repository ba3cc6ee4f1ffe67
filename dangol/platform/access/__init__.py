"""Who may do what to which row and field. Decided where SQL is compiled; a query that was not told for whom raises."""
