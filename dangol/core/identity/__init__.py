"""Who is who: which records speak of one and the same person."""
