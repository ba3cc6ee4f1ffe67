"""Behaviour: what customers do on the web and in apps, as a stream of its own (ADR 27)."""
