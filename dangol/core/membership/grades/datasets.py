from dangol.platform.engine.datasets import Column, Dataset, register_dataset

register_dataset(
    Dataset(
        name="member",
        table="membership_member",
        key="person_id",
        columns={
            "person_id": Column("Who holds the grade.", type="integer"),
            "grade_id": Column("Which grade, by its code."),
            "since": Column("Since when.", type="day"),
            "keeps_until": Column("The last day on which it is kept whatever is bought.", type="day"),
        },
    )
)
