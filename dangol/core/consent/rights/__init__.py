"""What people may ask of us about their data: to see, correct, restrict, erase it (PIPA 35-37, GDPR 15-18).

A queue of requests with the day until which the law gives time; the export and the erasure of a person over all places
(`platform.objects.holders`); the list by which erasures are repeated after a backup was restored. Tells
`rights_request.taken`, `rights_request.answered`, `person.taken_out`, `person.erased`.
"""
