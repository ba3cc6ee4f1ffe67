"""Every message that goes out to a customer, on its way and afterwards: sent, opened, clicked, bounced, unsubscribed.

Written by what sends (campaigns, letters) and by what comes back. Tells `sending.asked`, `sending.stopped`,
`message.sent` (one a batch), `message.opened`, `message.clicked`, `message.bounced`, `message.complained`,
`message.unsubscribed`.
"""
