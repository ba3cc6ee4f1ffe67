"""Campaigns: one message to a segment, with a control group, sent through the gate, and measured.

Written by marketers. Tells `campaign.created`, `campaign.changed`, `campaign.scheduled`, `campaign.set_up`,
`campaign.started`, `campaign.paused`, `campaign.resumed`, `campaign.stopped`, `campaign.finished`, `campaign.measured`.
"""
