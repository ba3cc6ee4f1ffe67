from dangol.platform.engine.datasets import Column, Dataset, register_dataset

register_dataset(
    Dataset(
        name="segment",
        table="segments_segment",
        key="id",
        where="deleted_at IS NULL",
        columns={
            "id": Column("The segment's key.", type="integer"),
            "name": Column("What the segment is called."),
            "kind": Column("rules, or static: a list made by hand."),
            "owner_id": Column("The member of staff who made it.", type="integer"),
            "member_count": Column("How many members it had at the last refresh.", type="integer"),
            "refreshed_at": Column("When its members were last worked out.", type="moment"),
            "created_at": Column("When it was made.", type="moment"),
            "changed_at": Column("When it last changed.", type="moment"),
        },
    )
)
