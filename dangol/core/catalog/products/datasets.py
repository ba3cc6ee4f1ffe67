from dangol.platform.engine.datasets import Column, Dataset, register_dataset

register_dataset(
    Dataset(
        name="product",
        table="catalog_product",
        key="id",
        where="deleted_at IS NULL",
        columns={
            "id": Column("The product's key.", type="integer"),
            "code": Column("The seller's own stock code."),
            "name": Column("What the product is called."),
            "kind": Column("goods, or fee: money that is no product (postage, bank charges)."),
            "category": Column("The group of goods it belongs to."),
            "custom": Column(
                "The company's own fields, one JSON document.", personal="identity", source="custom::text"
            ),
            "cost": Column("What one costs us, in the company's currency.", type="decimal(19,4)"),
            "price": Column("The list price in the company's currency.", type="decimal(19,4)"),
        },
    )
)
