"""What a person wishes of messages beyond yes and no: a pause for a while, fewer of them, no processing at all.

Written by herself on her own pages, or by staff for her. Tells `wish.set`.
"""
