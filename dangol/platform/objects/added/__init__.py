"""What a custom field is underneath: its kinds and values (`rules`), Django's side (`columns`), that of the warehouse
(`lake`), formulas. `custom_fields` is what people set up; this much everything that reads and writes records needs."""
