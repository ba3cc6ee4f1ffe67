"""What files of companies are like."""

from __future__ import annotations

from dangol.platform.exchange.records.habits import Habits, register_habits

# fmt: off
register_habits("company", Habits(
    names={
        "name": ("company name", "account name", "organization name", "organization - name", "customer", "회사명",
                 "거래처명", "업체명", "상호", "법인명", "상호명"),
        "website": ("company domain name", "organization - website"),
        "address": ("billing street", "organization - address", "사업장주소"),
        "city": ("billing city",),
        "country": ("billing country",),
    },
    match=("registration_number", "name"),
    named_by=("name", "registration_number"),
))
# fmt: on
