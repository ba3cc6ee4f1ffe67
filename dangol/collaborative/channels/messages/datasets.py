from dangol.platform.engine.datasets import Column, Dataset, register_dataset

register_dataset(
    Dataset(
        name="message",
        table="channels_message",
        key="id",
        columns={
            "id": Column("The message's key.", type="integer"),
            "person_id": Column("To whom it goes.", type="integer"),
            "source": Column("What sends it: campaign or letter."),
            "source_id": Column("The campaign's or letter's key.", type="integer"),
            "channel": Column("email, sms, kakao, phone or post."),
            "state": Column("pending, held, handing, sent, failed, refused or cancelled."),
            "reason": Column("Why it was refused, or what the server said when it failed."),
            "sent_at": Column("When the server took it.", type="moment"),
            "opened_at": Column("When a person first opened it.", type="moment"),
            "clicked_at": Column("When a person first followed a link.", type="moment"),
            "bounced_at": Column("When it came back.", type="moment"),
            "complained_at": Column("When the receiver complained.", type="moment"),
            "unsubscribed_at": Column("When the receiver unsubscribed by it.", type="moment"),
            "is_unconfirmed": Column("Whether the server's answer never came.", type="flag"),
        },
    )
)
