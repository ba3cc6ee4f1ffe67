from dangol.platform.engine.datasets import Column, Dataset, register_dataset

register_dataset(
    Dataset(
        name="person",
        table="customers_person",
        key="id",
        where="deleted_at IS NULL",
        columns={
            "id": Column("The person's key.", type="integer"),
            "company_id": Column("The firm for which the person buys.", type="integer"),
            "country": Column("Where the person lives, ISO 3166-1 alpha-2."),
            "language": Column("The language the person reads, ISO 639-1."),
            "source": Column("Where the person came from."),
            "owner_id": Column("The member of staff who looks after the person.", type="integer"),
            "is_demo": Column("Whether the person was invented for the demo company.", type="flag"),
            "created_at": Column("When the person was first written down.", type="moment"),
        },
    )
)
