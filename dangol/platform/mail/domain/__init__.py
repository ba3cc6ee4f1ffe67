"""What receivers find in the DNS about our domain: SPF, DKIM, DMARC and where bounces go, and what is to be mended.

`records` reads and judges (pure), `lookup` asks, `words` says it to people. Who writes: nobody but the DNS.
"""
