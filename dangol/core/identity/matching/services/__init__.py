"""Matching all records of an object, and what people say about the pairs."""

from dangol.core.identity.matching.services.running import MatchingBusy, ask, run
from dangol.core.identity.matching.services.saying import reopen, say_different, set_matching

__all__ = ["MatchingBusy", "ask", "reopen", "run", "say_different", "set_matching"]
