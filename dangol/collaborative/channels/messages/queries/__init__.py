"""Reads of messages: figures of a source and whom a message went to (`figures`), the message as its receiver gets it
(`rendering`)."""

from dangol.collaborative.channels.messages.queries.figures import (
    LinkClicks,
    Recipient,
    Totals,
    failed_by_reason,
    is_waiting,
    links_clicked,
    permit_key,
    recipient_of,
    refused_by_reason,
    totals,
)

__all__ = [
    "LinkClicks",
    "Recipient",
    "Totals",
    "failed_by_reason",
    "is_waiting",
    "links_clicked",
    "permit_key",
    "recipient_of",
    "refused_by_reason",
    "totals",
]
