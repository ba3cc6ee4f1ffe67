"""The second step: time-based one-time passwords (RFC 6238) and recovery codes.

Thirty seconds a step, six digits, SHA-1, as all apps on phones have it; a clock may be one step off (RFC 6238 section
5.2 asks for a small window, and that no code is taken twice).
"""

from __future__ import annotations

import hmac
import re
import secrets
import time

import pyotp
import segno
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.accounts import events
from dangol.platform.accounts.entry.attempts import SECOND_STEP, give_back, take
from dangol.platform.accounts.judging import require_own
from dangol.platform.accounts.models import RecoveryCode, SecondStep, User
from dangol.platform.accounts.queries import workspace
from dangol.platform.db.secrets import CannotDecrypt, decrypt, encrypt, fingerprint
from dangol.platform.events.stream import emit

STEP_SECONDS = 30
DRIFT_STEPS = 1
CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def begin(*, actor: Actor, user: User) -> SecondStep:
    """The secret that `user` is about to set up: the one begun within the last hour, else a new one.

    Raises Forbidden for somebody else's; ValidationError when the second step is on already.
    """
    require_own(actor, user)
    if user.totp_since is not None:
        raise ValidationError({"code": _("The second step is on already. Switch it off first.")})
    known = SecondStep.objects.filter(user=user, confirmed_at=None).first()
    if known is not None and (timezone.now() - known.created_at).total_seconds() < 3600 and _readable(known):
        return known
    values = {"secret": encrypt(pyotp.random_base32()), "last_step": 0, "confirmed_at": None}
    return SecondStep.objects.update_or_create(user=user, defaults={**values, "created_at": timezone.now()})[0]


def confirm(*, actor: Actor, user: User, code: str) -> list[str]:
    """Switch the second step on with a first code, and return ten recovery codes, which are shown once.

    Raises ValidationError for `code`; Forbidden; TooManyAttempts.
    """
    require_own(actor, user)
    taken = take(SECOND_STEP, email=f"user {user.pk}")
    if not _take_code(user, code, is_confirmed=False):
        raise ValidationError(
            {"code": _("This code is not right. Does the clock of the phone show the right time? Try the next one.")}
        )
    with transaction.atomic():
        give_back(taken)
        user.totp_since = timezone.now()
        SecondStep.objects.filter(user=user).update(confirmed_at=user.totp_since)
        User.objects.filter(pk=user.pk).update(totp_since=user.totp_since)
        return _new_codes(actor, user)


def renew_codes(*, actor: Actor, user: User, code: str) -> list[str]:
    """Ten new recovery codes instead of the old ones. Raises ValidationError for `code`; Forbidden; TooManyAttempts."""
    require_own(actor, user)
    check(user, code)
    with transaction.atomic():
        return _new_codes(actor, user)


def switch_off(*, actor: Actor, user: User, code: str) -> None:
    """Switch one's own second step off. Raises ValidationError for `code` or where a role asks for it; Forbidden."""
    require_own(actor, user)
    if user.roles.filter(needs_totp=True).exists():
        raise ValidationError({"code": _("One of your roles asks for the second step, so it stays on.")})
    check(user, code)
    forget(actor=actor, user=user)


@transaction.atomic
def forget(*, actor: Actor, user: User) -> None:
    """Take the second step away from `user`. The caller has judged that `actor` may."""
    SecondStep.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(totp_since=None)
    user.totp_since = None
    emit(events.SecondStepChanged(subject_id=user.pk, is_on=0, recovery_codes=0), actor=actor)


def check(user: User, code: str, *, address: str = "") -> bool:
    """Take a code of the app, or a recovery code, once; True when it was a recovery code.

    Call it outside of a transaction, so that a wrong try stays counted. Raises ValidationError for `code`;
    TooManyAttempts.
    """
    taken = take(SECOND_STEP, email=f"user {user.pk}", address=address)
    is_recovery = False
    if not _take_code(user, code, is_confirmed=True):
        is_recovery = _take_recovery_code(user, code)
        if not is_recovery:
            raise ValidationError({"code": _("This code is not right, or it was used before. Wait for the next one.")})
    give_back(taken)
    return is_recovery


def secret_of(step: SecondStep) -> str:
    """The secret as it is typed into an app. Raises CannotDecrypt."""
    return decrypt(step.secret)


def picture_of(step: SecondStep, user: User) -> str:
    """A QR code of the secret as a data address of an SVG, for an `img`."""
    said = pyotp.TOTP(secret_of(step)).provisioning_uri(name=user.email, issuer_name=str(workspace()))
    return str(segno.make(said, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))


def codes_left(user: User) -> int:
    """How many recovery codes were not used yet."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def matching_step(secret: str, code: str, *, now: float) -> int | None:
    """The time step to which a code belongs, among those around `now` (seconds since 1970), or None."""
    digits = re.sub(r"[\s-]", "", code)
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    totp, present = pyotp.TOTP(secret), int(now // STEP_SECONDS)
    steps = range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1)
    found = [step for step in steps if hmac.compare_digest(totp.generate_otp(step), digits)]
    return max(found, default=None)


def _take_code(user: User, code: str, *, is_confirmed: bool) -> bool:
    """Whether the code is right and new; the step is written with the same statement that compares it."""
    known = SecondStep.objects.filter(user=user, confirmed_at__isnull=not is_confirmed).first()
    if known is None:
        return False
    try:
        step = matching_step(secret_of(known), code, now=time.time())
    except CannotDecrypt:
        return False
    return step is not None and bool(SecondStep.objects.filter(pk=known.pk, last_step__lt=step).update(last_step=step))


def _take_recovery_code(user: User, code: str) -> bool:
    plain = re.sub(r"[^a-z0-9]", "", code.lower())
    if len(plain) < 12:
        return False
    ours = RecoveryCode.objects.filter(user=user, digest=_code_digest(user, plain), used_at=None)
    return bool(ours.update(used_at=timezone.now()))


def _new_codes(actor: Actor, user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    plain = ["".join(secrets.choice(_LETTERS) for _n in range(12)) for _m in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_code_digest(user, code)) for code in plain)
    emit(events.SecondStepChanged(subject_id=user.pk, is_on=1, recovery_codes=CODES), actor=actor)
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in plain]


def _code_digest(user: User, plain: str) -> str:
    return fingerprint(f"recovery {user.pk} {plain}")


def _readable(step: SecondStep) -> bool:
    try:
        return bool(secret_of(step))
    except CannotDecrypt:
        return False
