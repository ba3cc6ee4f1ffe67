"""Tests of the lifetime value models."""
