from dangol.platform.engine.datasets import Column, Dataset, register_dataset

register_dataset(
    Dataset(
        name="order",
        table="purchases_order",
        key="id",
        where="deleted_at IS NULL",
        columns={
            "id": Column("The order's key.", type="integer"),
            "source": Column("The shop that took the order."),
            "kind": Column("order, cancellation (an order of its own with negative lines) or adjustment."),
            "person_id": Column("Who bought; empty where the shop did not know.", type="integer"),
            "ordered_at": Column("When it was ordered: its first time stamp.", type="moment"),
            "country": Column("Where it went, ISO 3166-1 alpha-2."),
            "currency": Column("The money in which it was paid, ISO 4217."),
            "amount": Column("The sum of its lines in that currency.", type="decimal(22,6)"),
            "value": Column("The same in the company's currency; empty while no rate is known.", type="decimal(19,4)"),
            "line_count": Column("How many lines it has.", type="small"),
            "custom": Column(
                "The company's own fields, one JSON document.", personal="identity", source="custom::text"
            ),
            "is_demo": Column("Whether it was invented for the demo company.", type="flag"),
        },
    )
)
register_dataset(
    Dataset(
        name="order_line",
        table="purchases_line",
        key="id",
        columns={
            "id": Column("The line's key.", type="integer"),
            "order_id": Column("The order it stands on.", type="integer"),
            "position": Column("Its place on the order.", type="small"),
            "product_id": Column("What was bought.", type="integer"),
            "kind": Column("goods or fee."),
            "quantity": Column("How many; negative where goods came back.", type="decimal(14,3)"),
            "amount": Column("Quantity times unit price in the order's currency.", type="decimal(22,6)"),
            "value": Column("The same in the company's currency.", type="decimal(19,4)"),
            "occurred_at": Column("The line's own time stamp.", type="moment"),
        },
    )
)
