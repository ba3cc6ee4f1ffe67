"""Order files of Korean markets, recognised by their columns."""

from __future__ import annotations

from dangol.platform.exchange.presets import Preset, register_preset

_SEEN = "no list published; columns as public programs read them, seen on 2026-11-22"

register_preset(
    Preset(
        "smartstore",
        "네이버 스마트스토어",
        "orders",
        ("상품주문번호", "주문번호", "구매자명", "상품명"),
        {
            "number": ("주문번호",),
            "date": ("결제일", "주문일시"),
            "code": ("판매자 상품코드", "상품번호"),
            "description": ("상품명",),
            "quantity": ("수량",),
            "price": ("상품가격",),
            "amount": ("최종 상품별 총 주문금액", "상품별 총 주문금액"),
            "customer_number": ("구매자ID",),
            "customer_name": ("구매자명",),
            "phone": ("구매자연락처",),
            "status": ("주문상태",),
            "email": (),
            "total": (),
            "country": (),
        },
        _SEEN,
    )
)
register_preset(
    Preset(
        "coupang",
        "쿠팡 윙",
        "orders",
        ("묶음배송번호", "주문번호", "등록상품명", "구매수(수량)"),
        {
            "number": ("주문번호",),
            "date": ("주문일",),
            "code": ("업체상품코드", "옵션ID", "노출상품ID"),
            "description": ("등록상품명",),
            "quantity": ("구매수(수량)",),
            "price": ("옵션판매가(판매단가)",),
            "amount": (),
            "total": (),
            "country": (),
            "customer_name": ("구매자",),
            "email": ("구매자이메일",),
            "phone": ("구매자전화번호",),
            "customer_number": (),
            "status": ("취소여부",),
        },
        _SEEN,
    )
)
