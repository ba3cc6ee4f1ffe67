"""Dangol: operational, analytical and collaborative CRM over one customer record."""
