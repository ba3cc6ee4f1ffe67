"""What people must be told of their consent: the result within 14 days (Korea, Network Act 50(7)), and every two years
that it holds (50(8)); who is due, who is late, and the proof that they were told.

Here are the queue and its state; channels hand the notices over. Tells `notice.sent`, `notice.failed`,
`notice.told_by_hand`, `notices.gathered`, `notices.asked`, `notice_policy.set`.
"""
