"""Asking the DNS about our domain. Bounded: three seconds a question, twelve in all, and at most forty questions.

Where no name server answers at all, nothing more is asked, and every finding says so: no network is a state, no fault.
DANGOL_DNS=address:port asks that server instead of the machine's own.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

import dns.exception
import dns.name
import dns.resolver

from dangol.platform.mail.domain.dkim import judge_dkim
from dangol.platform.mail.domain.dmarc import dmarc_records, judge_alignment, judge_bounces, judge_bulk, judge_dmarc
from dangol.platform.mail.domain.findings import Finding, Records
from dangol.platform.mail.domain.names import organisational
from dangol.platform.mail.domain.spf import SpfNode, judge_spf, read_spf, spf_records

QUESTION_SECONDS = 3.0
ALL_SECONDS = 12.0
MOST_QUESTIONS = 40
DEEPEST = 10


@dataclass(frozen=True)
class Question:
    """Whose mail it is: the domain of the sender's address, that of the return address, key and server."""

    domain: str
    envelope: str
    selector: str = ""
    host: str = ""


class Asker:
    """Asks one name after the other, until time or patience is over; the answers are kept."""

    def __init__(self) -> None:
        self._resolver = _resolver()
        self._ends_at = time.monotonic() + ALL_SECONDS
        self._known: dict[tuple[str, str], Records] = {}
        self._silent = 0

    def ask(self, name: str, kind: str) -> Records:
        """Return the records of a name, () when there are none, None when nobody could be asked."""
        key = (name.rstrip(".").lower(), kind)
        if key not in self._known:
            self._known[key] = self._ask(*key)
        return self._known[key]

    def addresses(self, name: str) -> Records:
        """Return the addresses of a host, of both kinds."""
        four, six = self.ask(name, "A"), self.ask(name, "AAAA")
        return None if four is None and six is None else (four or ()) + (six or ())

    def _ask(self, name: str, kind: str) -> Records:
        left = self._ends_at - time.monotonic()
        if self._silent > 1 or left <= 0 or len(self._known) >= MOST_QUESTIONS:
            return None
        try:
            found = self._resolver.resolve(name, kind, lifetime=min(QUESTION_SECONDS, left), search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong, UnicodeError):
            return ()  # no name that could have records
        except (dns.exception.DNSException, OSError):
            self._silent += 1
            return None
        if kind == "TXT":
            return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in found)
        return tuple(sorted(str(record) for record in found))


def look_up(asked: Question) -> list[Finding]:
    """Return what receivers find about our domain, one finding a subject."""
    asker = Asker()
    spf = _spf(asker, asked)
    name = f"{asked.selector}._domainkey.{asked.domain}"
    dkim = judge_dkim(asked.domain, asked.selector, asker.ask(name, "TXT") if asked.selector else ())
    own = dmarc_records(asker.ask(f"_dmarc.{asked.domain}", "TXT"))
    owner = organisational(asked.domain)
    owners = own if owner == asked.domain else dmarc_records(asker.ask(f"_dmarc.{owner}", "TXT"))
    dmarc = judge_dmarc(asked.domain, own, owners)
    alignment = judge_alignment(asked.domain, asked.envelope, own if own is None else own or owners, dkim)
    return [spf, dkim, dmarc, alignment, _bounces(asker, asked.envelope), judge_bulk(spf, dkim, dmarc, alignment)]


def _spf(asker: Asker, asked: Question) -> Finding:
    tree = _spf_tree(asker, asked.envelope, ())
    addresses = asker.addresses(asked.host) if asked.host and tree.records is not None else ()
    return judge_spf(asked.envelope, tree, host=asked.host, host_addresses=addresses or ())


def _spf_tree(asker: Asker, name: str, above: tuple[str, ...]) -> SpfNode:
    """What stands at `name` and below it; a circle is not gone round twice."""
    records = spf_records(asker.ask(name, "TXT"))
    if not records or len(above) >= DEEPEST:
        return SpfNode(records)
    spf = read_spf(records[0])
    below = {
        target: _spf_tree(asker, target, (*above, name.lower()))
        for target in dict.fromkeys(spf.targets())
        if target.lower() not in (*above, name.lower()) and "%" not in target
    }
    addresses: list[str] = []
    for term in spf.terms:
        host = term.value.split("/")[0] or name
        if term.mechanism == "a" and "%" not in host:
            addresses.extend(asker.addresses(host) or ())
        elif term.mechanism == "mx" and "%" not in host:
            for record in (asker.ask(host, "MX") or ())[:5]:
                addresses.extend(asker.addresses(record.split()[-1]) or ())
    return SpfNode(records, below, tuple(addresses))


def _bounces(asker: Asker, domain: str) -> Finding:
    mail_hosts = asker.ask(domain, "MX")
    addresses = asker.addresses(domain) if mail_hosts == () else ()
    hosts = [record.split()[-1].rstrip(".").lower() for record in mail_hosts or ()][:5]
    return judge_bounces(domain, mail_hosts, addresses, {host: asker.addresses(host) for host in hosts if host})


def _resolver() -> dns.resolver.Resolver:
    asked = os.environ.get("DANGOL_DNS", "")
    if not asked:
        try:
            return dns.resolver.Resolver()
        except (dns.exception.DNSException, OSError):
            return dns.resolver.Resolver(configure=False)  # a machine without any name server
    address, _colon, port = asked.rpartition(":") if asked.count(":") == 1 else (asked, "", "")
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [address], int(port or 53)
    return resolver
