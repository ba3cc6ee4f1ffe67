"""DKIM keys read and judged, by RFC 6376 (keys), RFC 8301 (lengths) and RFC 8463 (Ed25519). Pure."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NoBase64
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from dangol.platform.mail.domain.findings import Finding, Records
from dangol.platform.mail.domain.tags import read_tags

LEAST_BITS, GOOD_BITS = 1024, 2048
ED25519_BYTES = 32


@dataclass(frozen=True)
class Key:
    """A published key: `bits` of RSA (0: cannot be read), or an Ed25519 key."""

    kind: str
    bits: int = 0
    is_revoked: bool = False
    is_testing: bool = False
    is_for_mail: bool = True
    is_without_sha256: bool = False


def read_key(text: str) -> Key | None:
    """Read one key record; None when the text is none."""
    tags = read_tags(text)
    if not tags or (tags[0] != ("v", "DKIM1") and "v" in dict(tags)):
        return None
    said = dict(tags)
    if "p" not in said:
        return None
    kind, data = said.get("k", "rsa").lower(), "".join(said["p"].split())
    services = said.get("s", "*").replace(" ", "").split(":")
    hashes = said.get("h", "sha256").replace(" ", "").lower().split(":")
    return Key(
        kind,
        _bits(kind, data),
        is_revoked=not data,
        is_testing="y" in said.get("t", "").replace(" ", "").split(":"),
        is_for_mail=bool({"*", "email"} & set(services)),
        is_without_sha256="sha256" not in hashes,
    )


def judge_dkim(domain: str, selector: str, texts: Records) -> Finding:
    """Judge the key of `selector` at `domain`, the domain of the sender's address."""
    name = f"{selector}._domainkey.{domain}"
    values = {"selector": selector, "domain": domain, "good": GOOD_BITS}
    if not selector:
        return Finding("dkim", "unknown", "dkim_no_selector", values, name=f"<selector>._domainkey.{domain}")
    if texts is None:
        return Finding("dkim", "unknown", "no_answer", {"domain": name}, name=name)
    model = "v=DKIM1; k=rsa; p=…"
    if not texts:
        return Finding("dkim", "bad", "dkim_none", values, publish=model, name=name)
    keys = [key for key in map(read_key, texts) if key]
    if not keys:
        return Finding("dkim", "bad", "dkim_wrong", values, texts, model, name)
    if len(keys) > 1:
        return Finding("dkim", "bad", "dkim_several", values | {"count": len(keys)}, texts, name=name)
    state, code = _judged(keys[0])
    return Finding("dkim", state, code, values | {"bits": keys[0].bits}, texts, name=name)  # type: ignore[arg-type]


def _judged(key: Key) -> tuple[str, str]:
    if key.is_revoked:
        return "bad", "dkim_revoked"
    if not key.bits or not key.is_for_mail or key.is_without_sha256:
        return "bad", "dkim_unusable"
    if key.kind == "ed25519":
        return "warn", "dkim_ed25519"
    if key.bits < LEAST_BITS:
        return "bad", "dkim_short"
    if key.is_testing:
        return "warn", "dkim_testing"
    return ("good", "dkim_good") if key.bits >= GOOD_BITS else ("warn", "dkim_1024")


def _bits(kind: str, data: str) -> int:
    """The length of the key; 0 for what cannot be read as one of its kind."""
    try:
        raw = b64decode(data, validate=True)
        if kind == "ed25519":
            return 256 if len(raw) == ED25519_BYTES else 0
        key = load_der_public_key(raw)
    except (NoBase64, ValueError, TypeError, UnsupportedAlgorithm):
        return 0
    return key.key_size if kind == "rsa" and isinstance(key, RSAPublicKey) else 0
