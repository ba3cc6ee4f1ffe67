"""Names of domains: which belong together, and which sending service a mail server belongs to. Pure."""

from __future__ import annotations

TWO_LEVELS = {
    "kr": "co or go ne re pe ac hs ms es kg sc mil",
    "jp": "co or ne ac go ad ed gr lg",
    "uk": "co org me ltd plc net ac gov sch nhs",
    "au": "com net org edu gov id asn",
    "nz": "co org net ac govt geek school",
    "cn": "com net org edu gov ac",
    "tw": "com org net edu gov idv",
    "hk": "com org net edu gov idv",
    "sg": "com org net edu gov per",
    "in": "co org net gen firm ind ac edu gov",
    "br": "com org net edu gov",
    "mx": "com org net edu gob",
    "za": "co org net ac gov web",
    "tr": "com org net edu gov bel",
    "th": "co or in ac go net",
    "vn": "com net org edu gov",
    "id": "co or web ac go sch",
    "my": "com net org edu gov",
    "ph": "com net org edu gov",
    "il": "co org net ac gov muni",
}
"""Second levels under which names are handed out, for the countries we know (registries' own rules, 2026).

Receivers take the Public Suffix List (RFC 7489 section 3.2); this is its part for business domains. A suffix that is
missing here makes us call two different owners one, which loosens nothing but our own advice.
"""

PROVIDERS = (
    ("gmail.com", "_spf.google.com", "Google Workspace"),
    ("smtp-relay.gmail.com", "_spf.google.com", "Google Workspace"),
    ("office365.com", "spf.protection.outlook.com", "Microsoft 365"),
    ("protection.outlook.com", "spf.protection.outlook.com", "Microsoft 365"),
    ("amazonaws.com", "amazonses.com", "Amazon SES"),
    ("sendgrid.net", "sendgrid.net", "SendGrid"),
    ("mailgun.org", "mailgun.org", "Mailgun"),
    ("postmarkapp.com", "spf.mtasv.net", "Postmark"),
    ("mailjet.com", "spf.mailjet.com", "Mailjet"),
    ("mandrillapp.com", "spf.mandrillapp.com", "Mandrill"),
    ("worksmobile.com", "spf.worksmobile.com", "NAVER WORKS"),
)
"""Servers' domains with the name that their customers include in SPF, as each provider's manual says (2026)."""


def organisational(domain: str) -> str:
    """Return the domain that somebody registered: `example.co.kr` of `mail.example.co.kr`."""
    parts = domain.rstrip(".").lower().split(".")
    is_two = len(parts) > 2 and parts[-2] in TWO_LEVELS.get(parts[-1], "").split()
    return ".".join(parts[-3:] if is_two else parts[-2:])


def is_aligned(domain: str, other: str, *, strict: bool = False) -> bool:
    """Whether two domains count as one for DMARC (RFC 7489 section 3.1): the same, or of one owner unless `strict`."""
    one, two = domain.rstrip(".").lower(), other.rstrip(".").lower()
    return bool(one) and (one == two or (not strict and organisational(one) == organisational(two)))


def provider_of(host: str) -> tuple[str, str]:
    """The (name to include in SPF, provider) of a mail server, both "" for one that we do not know."""
    name = host.rstrip(".").lower()
    for domain, include, provider in PROVIDERS:
        if name == domain or name.endswith(f".{domain}"):
            return include, provider
    return "", ""
