"""The classes of customers that are planted, so that an analysis can be judged by whether it finds them."""

from __future__ import annotations

from numpy.random import Generator

LOYAL, GROWING, LAPSING, SLIPPING = "loyal", "growing", "lapsing", "slipping"
SEASONAL, OCCASIONAL, ONE_TIME, NEW, PROSPECT = "seasonal", "occasional", "one_time", "new", "prospect"

# Share of customers; they add up to one.
SHARES: dict[str, float] = {
    LOYAL: 0.18,  # regular gaps to the end
    GROWING: 0.07,  # gaps shrink, baskets grow
    LAPSING: 0.15,  # regular, then nothing for months
    SLIPPING: 0.012,  # of the best; the order expected just now has not come
    SEASONAL: 0.12,  # presents for Seollal, Chuseok, Christmas
    OCCASIONAL: 0.168,  # now and then, without a rhythm
    ONE_TIME: 0.25,
    NEW: 0.045,  # first order within the last six weeks
    PROSPECT: 0.005,  # signed up, never ordered
}
# How many of the buyers for firms belong to each class.
BUYER_SHARES: dict[str, float] = {
    LOYAL: 0.50, GROWING: 0.12, SLIPPING: 0.06, LAPSING: 0.17, OCCASIONAL: 0.12, NEW: 0.03
}  # fmt: skip


def planted_classes(count: int, chance: Generator) -> list[str]:
    """Return the class of each of `count` customers: shares kept exactly, order by chance."""
    found = [name for name, share in SHARES.items() for _ in range(round(share * count))]
    found = (found + [ONE_TIME] * count)[:count]
    return [found[i] for i in chance.permutation(count)]


def buyers_for_firms(classes: list[str], count: int, chance: Generator) -> list[int]:
    """Return the places of `count` customers who buy for a firm, in random order."""
    places: list[int] = []
    for name, share in BUYER_SHARES.items():
        of_class = [i for i, c in enumerate(classes) if c == name]
        wanted = min(len(of_class), round(share * count))
        places += [of_class[i] for i in chance.permutation(len(of_class))[:wanted]]
    return [places[i] for i in chance.permutation(len(places))]
