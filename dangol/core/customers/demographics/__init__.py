"""Where the personal details of a person come from, and on which basis they are kept: one fact a detail.

Birthday, age band, gender, region, language and occupation stand in the person's own row; here stands what is known
about them. Tells `person_fact.noted`.
"""
