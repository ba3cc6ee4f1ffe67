"""Campaigns: one message to a segment, with a control group, sent through the gate, and measured.

Written by marketers. Tells `campaign.created`, `.changed`, `.written`, `.tested`, `.scheduled`, `.unscheduled`,
`.set_up`, `.bottom_tier_included`, `.started`, `.paused`, `.resumed`, `.stopped`, `.finished`, `.result_asked` and
`.measured`.
"""
