from dangol.platform.engine.datasets import Column, Dataset, register_dataset

register_dataset(
    Dataset(
        name="company",
        table="customers_company",
        key="id",
        where="deleted_at IS NULL",
        columns={
            "id": Column("The firm's key.", type="integer"),
            "name": Column("What the firm is called."),
            "industry": Column("The trade the firm is in."),
            "country": Column("Where the firm sits, ISO 3166-1 alpha-2."),
            "city": Column("The town the firm sits in."),
            "has_phone": Column("Whether a phone number is known.", type="flag", source="phone <> ''"),
            "parent_id": Column("The company to which the firm belongs.", type="integer"),
            "owner_id": Column("The member of staff who looks after the firm.", type="integer"),
            "custom": Column(
                "The company's own fields, one JSON document.", personal="identity", source="custom::text"
            ),
            "created_at": Column("When the firm was first written down.", type="moment"),
            "changed_at": Column("When the firm's record last changed.", type="moment"),
        },
    )
)
