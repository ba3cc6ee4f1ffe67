"""Reading for the rights of people: requests, erasures, and everything that leads to a person (`walking`)."""

from dangol.core.consent.rights.queries.requests import (
    counts,
    due_on,
    erasures,
    open_requests,
    request_of,
    requests,
    requests_of,
)
from dangol.core.consent.rights.queries.walking import Found, preview, subject_of, walk

__all__ = [
    "Found", "counts", "due_on", "erasures", "open_requests", "preview", "request_of", "requests", "requests_of",
    "subject_of", "walk",
]  # fmt: skip
