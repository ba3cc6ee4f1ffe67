"""The model: what of two records is compared and how, which pairs are looked at, and from where on they are one."""
