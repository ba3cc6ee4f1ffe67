"""SPF records read and judged, by RFC 7208. Pure: whoever asks the DNS hands in what it answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from dangol.platform.mail.domain.findings import Finding, Records
from dangol.platform.mail.domain.names import provider_of

MOST_LOOKUPS = 10
_MECHANISMS = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")
_COSTS = ("include", "a", "mx", "ptr", "exists")
_TERM = re.compile(r"([+?~-]?)([A-Za-z][A-Za-z0-9._-]*)([:=/].*)?\Z", re.S)
_DOMAIN = re.compile(r"[A-Za-z0-9_%{}./+=,-]+\Z")


@dataclass(frozen=True)
class Term:
    """One mechanism: `qualifier` is + - ~ or ?, `value` what stands after its colon or slash."""

    qualifier: str
    mechanism: str
    value: str = ""


@dataclass(frozen=True)
class Spf:
    """One record, read. `wrong` is the first term that cannot be read, "" when all can."""

    terms: tuple[Term, ...] = ()
    redirect: str = ""
    wrong: str = ""

    @property
    def last_word(self) -> str:
        """The qualifier of `all`, "" where there is none."""
        return next((term.qualifier for term in self.terms if term.mechanism == "all"), "")

    def targets(self) -> Iterator[str]:
        """Names whose own records belong to this one: its includes, and its redirect where it counts."""
        yield from (term.value for term in self.terms if term.mechanism == "include")
        if self.redirect and not self.last_word:
            yield self.redirect


@dataclass(frozen=True)
class SpfNode:
    """What stands at one name, and under it what its includes and redirect lead to, by name.

    `addresses` are those that its `a` and `mx` stand for. A name whose records are None could not be asked.
    """

    records: Records
    below: dict[str, SpfNode] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()


def spf_records(texts: Records) -> Records:
    """Those texts of a name that are SPF records (RFC 7208 section 4.5)."""
    return (
        None if texts is None else tuple(t for t in texts if t.lower() == "v=spf1" or t.lower().startswith("v=spf1 "))
    )


def read_spf(text: str) -> Spf:
    """Read one record, however odd. Macros are left as they stand."""
    terms, redirect, wrong = [], "", ""
    for word in text.split()[1:]:
        found = _TERM.match(word)
        qualifier, name, rest = (found[1], found[2].lower(), found[3] or "") if found else ("", "", "")
        if rest.startswith("=") and not qualifier:
            redirect = rest[1:] if name == "redirect" else redirect
        elif name not in _MECHANISMS or not _fits(name, rest):
            wrong = wrong or word
        else:
            terms.append(Term(qualifier or "+", name, rest.removeprefix(":")))
    return Spf(tuple(terms), redirect, wrong)


def count_lookups(node: SpfNode) -> int:
    """How many questions the record costs its receiver, with all that it includes (RFC 7208 section 4.6.4)."""
    if not node.records:
        return 0
    spf = read_spf(node.records[0])
    own = sum(term.mechanism in _COSTS for term in spf.terms) + bool(spf.redirect and not spf.last_word)
    return own + sum(count_lookups(node.below[name]) for name in spf.targets() if name in node.below)


def judge_spf(domain: str, tree: SpfNode, *, host: str = "", host_addresses: tuple[str, ...] = ()) -> Finding:
    """Judge what stands at `domain`, the domain of the return address, when mail leaves through `host`."""
    if tree.records is None:
        return Finding("spf", "unknown", "no_answer", {"domain": domain}, name=domain)
    wanted = _wanted(host, host_addresses)
    if not tree.records:
        return Finding("spf", "bad", "spf_none", {"domain": domain}, publish=f"v=spf1 {wanted} ~all", name=domain)
    if len(tree.records) > 1:
        joined = _joined(tree.records)
        return Finding("spf", "bad", "spf_several", {"count": len(tree.records)}, tree.records, joined, domain)
    record = tree.records[0]
    spf = read_spf(record)
    broken = _broken(domain, spf, tree, record)
    if broken:
        return broken
    return _weak(domain, spf, tree, host, host_addresses, wanted)


def _broken(domain: str, spf: Spf, tree: SpfNode, record: str) -> Finding | None:
    """What makes receivers give the whole record up, or lets everybody through."""
    lookups = count_lookups(tree)
    if spf.wrong:
        mended = " ".join(word for word in record.split() if word != spf.wrong)
        return Finding("spf", "bad", "spf_wrong", {"term": spf.wrong}, (record,), mended, domain)
    if lookups > MOST_LOOKUPS:
        return Finding("spf", "bad", "spf_lookups", {"count": lookups, "most": MOST_LOOKUPS}, (record,), name=domain)
    for name, below in _all_below(tree):
        if below.records is not None and len(below.records) != 1:
            return Finding("spf", "bad", "spf_include", {"name": name}, (record,), name=domain)
    if spf.last_word == "+":
        mended = re.sub(r"\+?all\b", "~all", record, flags=re.I)
        return Finding("spf", "bad", "spf_everybody", {}, (record,), mended, domain)
    return None


def _weak(domain: str, spf: Spf, tree: SpfNode, host: str, addresses: tuple[str, ...], wanted: str) -> Finding:
    """What is valid but not as it should be, and whether our own server is among those named."""
    record, lookups = (tree.records or ("",))[0], count_lookups(tree)
    name, provider = provider_of(host)
    values = {"count": lookups, "most": MOST_LOOKUPS, "host": host, "provider": provider, "last": f"{spf.last_word}all"}
    if name and not any(name == below.lower() for below, _node in _all_below(tree)):
        return Finding("spf", "bad", "spf_provider", values, (record,), _with(record, f"include:{name}"), domain)
    if not spf.last_word and not spf.redirect:
        return Finding("spf", "warn", "spf_open_end", values, (record,), f"{record.strip()} ~all", domain)
    if spf.last_word == "?":
        mended = re.sub(r"\?all\b", "~all", record, flags=re.I)
        return Finding("spf", "warn", "spf_neutral", values, (record,), mended, domain)
    if any(below.records is None for _name, below in _all_below(tree)):
        return Finding("spf", "unknown", "spf_partly", values, (record,), name=domain)
    if name or (addresses and all(names_address(tree, address) for address in addresses)):
        return Finding("spf", "good", "spf_good", values, (record,), name=domain)
    if not host:
        return Finding("spf", "good", "spf_valid", values, (record,), name=domain)
    if not any(map(_is_public, addresses)):
        return Finding("spf", "unknown", "spf_relay", values, (record,), name=domain)
    return Finding("spf", "warn", "spf_host", values, (record,), _with(record, wanted), domain)


def names_address(tree: SpfNode, address: str) -> bool:
    """Whether some mechanism of the record, or of what it includes, lets mail through from `address`."""
    for node in (tree, *(below for _name, below in _all_below(tree))):
        if address in node.addresses:
            return True
        for record in node.records or ():
            for term in read_spf(record).terms:
                if term.mechanism in ("ip4", "ip6") and term.qualifier == "+" and _holds(term.value, address):
                    return True
    return False


def _all_below(tree: SpfNode) -> Iterator[tuple[str, SpfNode]]:
    for name, node in tree.below.items():
        yield name, node
        yield from _all_below(node)


def _holds(network: str, address: str) -> bool:
    try:
        return ip_address(address) in ip_network(network, strict=False)
    except (ValueError, TypeError):
        return False


def _fits(mechanism: str, rest: str) -> bool:
    if mechanism == "all":
        return not rest
    if mechanism in ("ip4", "ip6"):
        return rest.startswith(":") and _is_network(rest[1:], 4 if mechanism == "ip4" else 6)
    if mechanism in ("include", "exists"):
        return rest.startswith(":") and bool(_DOMAIN.match(rest[1:]))
    return not rest or bool(re.match(r"(:[^/]+)?(/\d{1,2})?(//\d{1,3})?\Z", rest))


def _is_network(text: str, version: int) -> bool:
    try:
        return ip_network(text, strict=False).version == version
    except ValueError:
        return False


def _wanted(host: str, addresses: tuple[str, ...]) -> str:
    """The mechanisms that name the server by which our mail leaves."""
    name, _provider = provider_of(host)
    if name:
        return f"include:{name}"
    numbers = [f"ip{ip_address(a).version}:{a}" for a in addresses if _is_public(a)]
    return " ".join(numbers) or "mx"


def _is_public(address: str) -> bool:
    try:
        return ip_address(address).is_global
    except ValueError:
        return False


def _with(record: str, mechanism: str) -> str:
    words = record.split()
    return " ".join([words[0], mechanism, *words[1:]])


def _joined(records: tuple[str, ...]) -> str:
    """Several records as the one that they should be: all mechanisms, `all` once and last."""
    words = [word for record in records for word in record.split()[1:]]
    named = [word for word in dict.fromkeys(words) if not re.fullmatch(r"[+?~-]?all", word, re.I)]
    return " ".join(["v=spf1", *named, "~all"])
