"""First cross-sell: products that are bought by the same people more often than chance explains.

Pairs are counted every night over all customers, with support, confidence, lift and their counts (Agrawal & Srikant,
Fast Algorithms for Mining Association Rules, VLDB 1994; Brin, Motwani & Silverstein, Beyond Market Baskets, SIGMOD
1997), and tested on later days against best-sellers. Offers are shown only while they do better. Tells nothing.
"""
