"""One story per record, from events and from the streams that other rooms register."""
