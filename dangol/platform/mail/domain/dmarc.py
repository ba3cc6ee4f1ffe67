"""DMARC policies read and judged, by RFC 7489, with alignment and what bulk senders must have. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dangol.platform.mail.domain.findings import Finding, Records, worst
from dangol.platform.mail.domain.names import is_aligned, organisational
from dangol.platform.mail.domain.tags import read_tags

POLICIES = ("none", "quarantine", "reject")
_REPORTS = re.compile(r"mailto:[^\s,!@]+@[^\s,!@]+(![0-9]+[kmgt]?)?\Z", re.I)


@dataclass(frozen=True)
class Policy:
    """What a domain asks of receivers: `policy` for itself, `below` for its subdomains, `reports` to whom."""

    policy: str
    below: str
    reports: tuple[str, ...] = ()
    percent: int = 100
    is_spf_strict: bool = False
    is_dkim_strict: bool = False
    has_bad_reports: bool = False


def dmarc_records(texts: Records) -> Records:
    """Those texts of a name that are DMARC records (RFC 7489 section 6.6.3)."""
    return None if texts is None else tuple(t for t in texts if re.match(r"v\s*=\s*DMARC1\s*(;|\Z)", t))


def read_policy(text: str) -> Policy | None:
    """Read one record; None when it names no policy that one can follow."""
    tags = read_tags(text)
    if not tags or tags[0] != ("v", "DMARC1"):
        return None
    said = dict(tags)
    policy = said.get("p", "").lower()
    if policy not in POLICIES:
        return None
    below = said.get("sp", policy).lower()
    reports = tuple(part.strip() for part in said.get("rua", "").split(",") if part.strip())
    percent = said.get("pct", "100")
    return Policy(
        policy,
        below if below in POLICIES else policy,
        reports,
        min(100, int(percent)) if percent.isascii() and percent.isdigit() else 100,
        said.get("aspf", "r").lower() == "s",
        said.get("adkim", "r").lower() == "s",
        any(not _REPORTS.match(one) for one in reports),
    )


def judge_dmarc(domain: str, own: Records, owners: Records) -> Finding:
    """Judge the policy for `domain`: its own, else that of the domain that was registered (`owners`)."""
    owner = organisational(domain)
    is_own = bool(own)
    texts = own if is_own or own is None else owners
    name = f"_dmarc.{domain if is_own else owner}"
    model = f"v=DMARC1; p=none; rua=mailto:dmarc@{owner}"
    if texts is None:
        return Finding("dmarc", "unknown", "no_answer", {"domain": f"_dmarc.{domain}"}, name=f"_dmarc.{domain}")
    if not texts:
        return Finding("dmarc", "bad", "dmarc_none", {"domain": domain}, publish=model, name=f"_dmarc.{owner}")
    if len(texts) > 1:
        return Finding("dmarc", "bad", "dmarc_several", {"count": len(texts)}, texts, texts[0], name)
    policy = read_policy(texts[0])
    if policy is None:
        return Finding("dmarc", "bad", "dmarc_wrong", {}, texts, model, name)
    state, code = _judged(policy, is_own)
    asked = policy.policy if is_own else policy.below
    publish = "" if code == "dmarc_good" else _mended(texts[0], policy, owner)
    return Finding("dmarc", state, code, {"policy": asked, "percent": policy.percent}, texts, publish, name)  # type: ignore[arg-type]


def _judged(policy: Policy, is_own: bool) -> tuple[str, str]:
    if policy.has_bad_reports:
        return "warn", "dmarc_bad_reports"
    if not policy.reports:
        return "warn", "dmarc_no_reports"
    if (policy.policy if is_own else policy.below) == "none":
        return "warn", "dmarc_watching"
    return ("warn", "dmarc_percent") if policy.percent < 100 else ("good", "dmarc_good")


def _mended(text: str, policy: Policy, owner: str) -> str:
    """The same record with what is missing: an address for reports, or the next stricter policy."""
    kept = [(name, value) for name, value in read_tags(text) or [] if name not in ("v", "p", "rua", "pct", "sp")]
    is_report_missing = not policy.reports or policy.has_bad_reports
    asked = policy.policy if is_report_missing or policy.policy != "none" else "quarantine"
    reports = f"mailto:dmarc@{owner}" if is_report_missing else ",".join(policy.reports)
    return "; ".join(["v=DMARC1", f"p={asked}", f"rua={reports}", *(f"{name}={value}" for name, value in kept)])


def judge_alignment(domain: str, envelope: str, texts: Records, dkim: Finding) -> Finding:
    """Whether what is proven belongs to the address that people see: SPF proves `envelope`, DKIM the key's domain.

    `texts` are the DMARC records in force. One of the two is enough (RFC 7489 section 4.2).
    """
    if texts is None and domain != envelope:
        return Finding("alignment", "unknown", "no_answer", {"domain": f"_dmarc.{domain}"})
    policy = (read_policy(texts[0]) if texts else None) or Policy("none", "none")
    by_spf = is_aligned(envelope, domain, strict=policy.is_spf_strict)
    by_dkim = dkim.state in ("good", "warn")
    values = {"domain": domain, "envelope": envelope, "owner": organisational(domain)}
    if by_spf:
        return Finding("alignment", "good", "aligned", values)
    if by_dkim:
        return Finding("alignment", "warn", "aligned_by_dkim", values)
    return Finding("alignment", "bad" if dkim.state == "bad" else "unknown", "not_aligned", values)


def judge_bulk(spf: Finding, dkim: Finding, dmarc: Finding, alignment: Finding) -> Finding:
    """What Gmail, Yahoo and Microsoft ask of who sends them 5,000 messages a day or more.

    Sources: Google, "Email sender guidelines" (2024); Yahoo, "Sender Best Practices" (2024); Microsoft, "Outlook's
    requirements for high-volume senders" (2025): SPF and DKIM pass, DMARC at least p=none and aligned, and advertising
    can be refused with one click (RFC 8058).
    """
    lacking = [f.subject for f in (spf, dkim, dmarc, alignment) if f.state == "bad"]
    unclear = [f.subject for f in (spf, dkim, dmarc, alignment) if f.state == "unknown"]
    if lacking:
        return Finding("bulk", "bad", "bulk_lacking", {"lacking": lacking})
    if unclear or worst([spf, dkim, dmarc, alignment]) == "unknown":
        return Finding("bulk", "unknown", "bulk_unclear", {"lacking": unclear})
    return Finding("bulk", "good", "bulk_good")


def judge_bounces(domain: str, mail_hosts: Records, addresses: Records, reachable: dict[str, Records]) -> Finding:
    """Whether mail to `domain`, the domain of the return addresses, finds a server.

    Args:
        mail_hosts: its MX records as "10 mail.example.com".
        addresses: of the domain itself, which count where there is no MX (RFC 5321 section 5.1).
        reachable: addresses of each host named.
    """
    values = {"domain": domain}
    model = f"10 mail.{organisational(domain)}"
    if mail_hosts is None:
        return Finding("bounces", "unknown", "no_answer", values, name=domain, kind="MX")
    if not mail_hosts:
        if addresses:
            return Finding("bounces", "warn", "mx_implicit", values, addresses, model, domain, "MX")
        state, code = ("unknown", "no_answer") if addresses is None else ("bad", "mx_none")
        return Finding("bounces", state, code, values, (), model if code == "mx_none" else "", domain, "MX")  # type: ignore[arg-type]
    hosts = [record.split()[-1].rstrip(".").lower() for record in mail_hosts]
    if hosts == [""]:
        return Finding("bounces", "bad", "mx_refused", values, mail_hosts, model, domain, "MX")
    lost = [host for host in hosts if reachable.get(host) == ()]
    if len(lost) == len(hosts):
        return Finding("bounces", "bad", "mx_lost", values | {"host": lost[0]}, mail_hosts, "", domain, "MX")
    return Finding("bounces", "good", "mx_good", values | {"host": hosts[0]}, mail_hosts, "", domain, "MX")
