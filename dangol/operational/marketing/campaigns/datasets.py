from dangol.platform.engine.datasets import Column, Dataset, register_dataset

register_dataset(
    Dataset(
        name="campaign",
        table="marketing_campaign",
        key="id",
        where="set_up_at IS NOT NULL",
        columns={
            "id": Column("The campaign's key.", type="integer"),
            "message_class": Column("advertising or service."),
            "control_percent": Column("The planned share of the control group, in percent.", type="decimal(5,2)"),
            "horizon_days": Column("For how many days after the set-up orders count.", type="small"),
            "least_that_matters": Column(
                "The smallest difference of money per customer worth speaking of; empty for the usual.",
                type="decimal(19,4)",
            ),
            "state": Column("sending, paused, stopped or finished."),
            "set_up_at": Column("When its recipients got their groups.", type="moment"),
            "is_demo": Column("Whether it was invented for the demo company.", type="flag"),
        },
    )
)
register_dataset(
    Dataset(
        name="recipient",
        table="marketing_recipient",
        key="id",
        columns={
            "id": Column("The row's key.", type="integer"),
            "campaign_id": Column("The campaign.", type="integer"),
            "person_id": Column("The member of its segment.", type="integer"),
            "group": Column("treated, control, or left_out."),
            "reason": Column("The gate's reason for leaving her out; empty for the other groups."),
            "tier": Column("Her tier at that moment: top, middle, bottom, or empty."),
            "decided_at": Column("When it was decided; what she buys counts from then on.", type="moment"),
        },
    )
)
