"""Arrangements of pages as every page asks for them: what one is (`rules`), which holds for somebody (`known`), how it
is applied (`applied`). `layouts` is where they are made; without it the house's own order holds."""
