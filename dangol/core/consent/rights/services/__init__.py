"""Writing for the rights of people: requests, the archive of a person (`taking_out`), the erasure (`erasing`), and its
repetition after a restore (`replaying`)."""

from dangol.core.consent.rights.services.erasing import erase_person, finish_erasure
from dangol.core.consent.rights.services.requests import answer_request, confirm_request, take_request
from dangol.core.consent.rights.services.taking_out import take_person_out

__all__ = [
    "answer_request", "confirm_request", "erase_person", "finish_erasure", "take_person_out", "take_request",
]  # fmt: skip
