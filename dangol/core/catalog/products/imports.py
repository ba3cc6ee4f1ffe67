"""What files of products are like."""

from __future__ import annotations

from dangol.platform.exchange.records.habits import Habits, register_habits

# fmt: off
register_habits("product", Habits(
    names={
        "name": ("product name", "item name", "title", "product", "상품명", "제품명", "품명", "품목명"),
        "code": ("variant sku", "sku", "product code", "internal reference", "handle",
                 "product id", "item id", "판매자상품코드", "상품번호"),
        "cost": ("cost price", "unit cost", "cost per item", "원가", "매입가", "공급가"),
        "category": ("category name", "product category name", "분류명"),
    },
    match=("code",),
    named_by=("code", "name"),
))
# fmt: on
