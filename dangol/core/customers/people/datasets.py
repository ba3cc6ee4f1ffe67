from dangol.platform.engine.datasets import Column, Dataset, register_dataset

register_dataset(
    Dataset(
        name="person",
        table="customers_person",
        key="id",
        where="deleted_at IS NULL",
        columns={
            "id": Column("The person's key.", type="integer"),
            "customer_number": Column("The number the shop's other systems know.", personal="identity"),
            "has_name": Column("Whether a name is known.", type="flag", source="name <> ''"),
            "has_latin_name": Column(
                "Whether a name in Latin letters is known.", type="flag", source="latin_name <> ''"
            ),
            "has_email": Column("Whether an e-mail address is known.", type="flag", source="email <> ''"),
            "has_phone": Column("Whether a phone number is known.", type="flag", source="phone <> ''"),
            "has_address": Column("Whether a postal address is known.", type="flag", source="address <> ''"),
            "company_id": Column("The firm for which the person buys.", type="integer"),
            "job_title": Column("What the person does in the firm."),
            "country": Column("Where the person lives, ISO 3166-1 alpha-2."),
            "city": Column("The town the person lives in."),
            "born_on": Column("The birthday.", personal="identity", type="day"),
            "age_band": Column("The band of the person's age: the first year of it."),
            "gender": Column("Female, male or other, where somebody told.", personal="identity"),
            "region": Column("The region the person lives in; in Korea ISO 3166-2."),
            "occupation": Column("What the person does for a living."),
            "household_id": Column("The household to which the person belongs.", type="integer"),
            "further_points": Column(
                "How many further e-mail addresses and phone numbers are known.",
                type="integer",
                source="cardinality(also)",
            ),
            "language": Column("The language the person reads, ISO 639-1."),
            "source": Column("Where the person came from."),
            "owner_id": Column("The member of staff who looks after the person.", type="integer"),
            "custom": Column(
                "The company's own fields, one JSON document.", personal="identity", source="custom::text"
            ),
            "is_demo": Column("Whether the person was invented for the demo company.", type="flag"),
            "created_at": Column("When the person was first written down.", type="moment"),
            "changed_at": Column("When the person's record last changed.", type="moment"),
        },
    )
)
