from dangol.platform.engine.datasets import Column, Dataset, register_dataset

register_dataset(
    Dataset(
        name="points_account",
        table="membership_points_account",
        key="person_id",
        columns={
            "person_id": Column("Whose points they are.", type="integer"),
            "balance": Column("How many there are now.", type="decimal(19,2)"),
        },
    )
)
