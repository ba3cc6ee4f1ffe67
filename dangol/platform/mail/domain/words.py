"""What a finding says to people: what is so, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dangol.platform.mail.domain.findings import Finding

SUBJECTS = {
    "spf": _("SPF: which servers may send for us"),
    "dkim": _("DKIM: our signature can be checked"),
    "dmarc": _("DMARC: what receivers do with forgeries"),
    "alignment": _("Alignment: the proof belongs to our address"),
    "bounces": _("Bounces: returned mail finds its way back"),
    "bulk": _("Sending 5,000 a day to Gmail, Yahoo or Outlook"),
}
Sentences = dict[str, tuple[Any, Any]]
SHORT = {
    "spf": _("SPF"),
    "dkim": _("DKIM"),
    "dmarc": _("DMARC"),
    "alignment": _("alignment"),
}


@dataclass(frozen=True)
class Told:
    """A finding as the page shows it: `subject`, what is so (`sentence`), what to do (`advice`, may be empty)."""

    finding: Finding
    subject: str
    sentence: str
    advice: str


def tell(finding: Finding) -> Told:
    """Put a finding into the reader's language."""
    values = dict(finding.values)
    if "lacking" in values:
        values["lacking"] = ", ".join(str(SHORT.get(name, name)) for name in values["lacking"])
    sentence, advice = SENTENCES.get(finding.code, ("", ""))
    return Told(finding, str(SUBJECTS[finding.subject]), _fill(str(sentence), values), _fill(str(advice), values))


def _fill(text: str, values: dict[str, Any]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def counted(count: int) -> str:
    """How many things are to be mended, in words."""
    return ngettext("%(count)s thing to mend", "%(count)s things to mend", count) % {"count": count}


_SPF: Sentences = {
    "no_answer": (
        _("{domain} could not be asked: no name server answered."),
        _("Look again when this machine is on the network."),
    ),
    "spf_none": (
        _("{domain} has no SPF record: receivers cannot tell our servers from others."),
        _("Publish this record. It names the server by which mail leaves here; add others that send for you."),
    ),
    "spf_several": (
        _("There are {count} SPF records. Receivers then count none of them (RFC 7208, 4.5)."),
        _("Replace them by one record that holds everything."),
    ),
    "spf_wrong": (
        _("“{term}” cannot be read, so receivers give the whole record up."),
        _("Correct the term, or leave it out."),
    ),
    "spf_lookups": (
        _("The record costs {count} questions."),
        _(
            "Receivers ask at most {most} names (RFC 7208, 4.6.4) and then give the record up. Take out what does not"
            " send any more, or name addresses (ip4, ip6) instead of includes."
        ),
    ),
    "spf_include": (
        _("It includes {name}, where there is no SPF record, or more than one."),
        _("Take this include out; receivers give the whole record up because of it."),
    ),
    "spf_everybody": (
        _("It ends with “+all”: everybody may send in your name."),
        _("Let it end with “~all” or “-all”."),
    ),
    "spf_provider": (
        _("Mail leaves by {provider}, and the record does not name it."),
        _("Publish the record with its include."),
    ),
    "spf_open_end": (
        _("The record does not say what holds for all other servers."),
        _("Let it end with “~all”."),
    ),
    "spf_neutral": (
        _("It ends with “?all”, which says nothing about forgeries."),
        _("Let it end with “~all” or “-all”."),
    ),
    "spf_partly": (_("Not everything that it includes could be asked."), _("Look again in a while.")),
    "spf_host": (
        _("The record is valid, but does not name the address of {host}."),
        _("Add it, unless your provider sends from other addresses and told you another include."),
    ),
    "spf_relay": (
        _(
            "The record is valid. {host} is a server of your own network, so from here it cannot be told by which"
            " address mail leaves."
        ),
        _("See that the record names that address."),
    ),
    "spf_good": (
        _("The record is valid, names our server, ends with “{last}” and costs {count} of {most} questions."),
        "",
    ),
    "spf_valid": (_("The record is valid and costs {count} of {most} questions."), ""),
}


_FROM_PROVIDER = _("Your mail provider signs and gives you the key: publish what it shows under DKIM.")
_DKIM: Sentences = {
    "dkim_no_selector": (
        _("Without the selector the key cannot be looked up."),
        _("Your mail provider names it under DKIM, for example “s1” or “google”. Enter it on the mail page."),
    ),
    "dkim_none": (_("There is no key under the selector “{selector}”."), _FROM_PROVIDER),
    "dkim_wrong": (_("What stands under the selector “{selector}” is no DKIM key."), _FROM_PROVIDER),
    "dkim_several": (
        _("There are {count} keys under the selector “{selector}”; which one counts is left to chance."),
        _("Leave one, and give each further key a selector of its own."),
    ),
    "dkim_revoked": (_("The key is empty, which means it was withdrawn."), _FROM_PROVIDER),
    "dkim_unusable": (
        _("The key cannot be used for mail: it is broken, cut off, or meant for something else."),
        _("Copy the whole of it again; long keys are sometimes cut at 255 characters."),
    ),
    "dkim_short": (
        _("The key has {bits} bits; receivers accept none below 1024 (RFC 8301)."),
        _("Have your provider make a key of {good} bits."),
    ),
    "dkim_1024": (
        _("The key works. It has {bits} bits; {good} are advised today."),
        _("Have your provider make a longer key when it is convenient."),
    ),
    "dkim_testing": (
        _("The key is marked as a test (t=y); receivers may pass over the signature."),
        _("Take “t=y” out when the test is over."),
    ),
    "dkim_ed25519": (
        _("The key is an Ed25519 key, which many receivers cannot check yet (RFC 8463)."),
        _("Sign with an RSA key as well."),
    ),
    "dkim_good": (_("The key is there and has {bits} bits."), ""),
}


_DMARC: Sentences = {
    "dmarc_none": (
        _("{domain} has no DMARC record. Bulk senders need one."),
        _("Publish this record. It changes nothing yet and sends you reports about who sends in your name."),
    ),
    "dmarc_several": (
        _("There are {count} DMARC records; receivers then count none of them."),
        _("Leave one of them."),
    ),
    "dmarc_wrong": (
        _("The record names no policy that receivers can follow."),
        _("Publish it so; “p” is none, quarantine or reject."),
    ),
    "dmarc_no_reports": (
        _("The policy is “{policy}”, but nobody gets the reports."),
        _("Add an address for reports (rua), so that you see who sends in your name."),
    ),
    "dmarc_bad_reports": (
        _("The address for reports cannot be used; it begins with “mailto:”."),
        _("Publish it so."),
    ),
    "dmarc_watching": (
        _("The policy is “none”: that is enough for bulk senders, but forgeries are delivered."),
        _("When the reports show only your own servers, tighten it step by step."),
    ),
    "dmarc_percent": (
        _("The policy “{policy}” holds for {percent} of 100 messages only."),
        _("When the reports are clean, let it hold for all."),
    ),
    "dmarc_good": (_("The policy is “{policy}”, and reports come."), ""),
    "aligned": (_("Return addresses are of {envelope}, which belongs to {owner}: SPF counts for our address."), ""),
    "aligned_by_dkim": (
        _(
            "Return addresses are of {envelope}, which is not of {owner}; only the DKIM signature counts for our"
            " address."
        ),
        _("If you can, take a domain for bounces below {owner}, so that both count."),
    ),
    "not_aligned": (
        _("Return addresses are of {envelope}, which is not of {owner}, and no DKIM signature is proven: DMARC fails."),
        _("Take a domain for bounces below {owner}, or publish the DKIM key."),
    ),
    "bulk_good": (
        _("What they ask for is there. One-click opt-out is put into every advertising message by Dangol itself."),
        _("Keep complaints below 0.3 %: stop writing to those who do not open for long."),
    ),
    "bulk_lacking": (
        _("Not ready: {lacking}."),
        _("Mend what is marked above. Below 5,000 a day SPF or DKIM is enough, but the rest soon is asked too."),
    ),
    "bulk_unclear": (_("Cannot be told yet: {lacking}."), ""),
}


_BOUNCES: Sentences = {
    "mx_none": (
        _("Mail to {domain} reaches nobody, so returned letters are lost."),
        _("Publish an MX record that leads to the mail server which takes them."),
    ),
    "mx_refused": (
        _("{domain} says that it takes no mail at all (RFC 7505), so returned letters are lost."),
        _("Choose another domain for bounces, or let its MX lead to a mail server."),
    ),
    "mx_lost": (
        _("Its MX names {host}, which has no address."),
        _("Let it lead to a server that exists."),
    ),
    "mx_implicit": (
        _("{domain} has no MX record; servers fall back to its own address (RFC 5321, 5.1)."),
        _("Publish an MX record, so that it does not depend on a web server's address."),
    ),
    "mx_good": (_("Mail to {domain} goes to {host}."), ""),
}

SENTENCES: Sentences = {**_SPF, **_DKIM, **_DMARC, **_BOUNCES}
