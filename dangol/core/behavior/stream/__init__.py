"""The stream: raw bodies become events, once each, in partitions by month; names and properties are learned.

Written by the work-off alone, in one transaction from the inbox to the events. Slices take part by steps. What cannot
be read is put aside with its reason. Tells `event_source.name_judged`, `stream.policy_changed`.
"""
