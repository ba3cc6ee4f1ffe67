from dangol.platform.engine.datasets import Column, Dataset, register_dataset

register_dataset(
    Dataset(
        name="segment_member",
        table="segments_membership",
        key="id",
        columns={
            "id": Column("The membership's key: one for each time a person was in a segment.", type="integer"),
            "segment_id": Column("The segment.", type="integer"),
            "person_id": Column("Who was in it.", type="integer"),
            "entered_at": Column("When the person entered.", type="moment"),
            "left_at": Column("When the person left; empty for the members now.", type="moment"),
        },
    )
)
