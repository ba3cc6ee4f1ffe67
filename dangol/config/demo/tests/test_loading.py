from datetime import date

import pytest
from django.db import connection

from dangol.collaborative.channels.messages.models import Message, Touch
from dangol.config.demo.errors import DemoRefused
from dangol.config.demo.generator.invent import invent
from dangol.config.demo.generator.staff import MEMBERS, PASSWORD
from dangol.config.demo.queries import is_loaded
from dangol.config.demo.services.loading import load
from dangol.core.catalog.prices.models import ExchangeRate
from dangol.core.catalog.products.models import Product
from dangol.core.consent.ledger.models import ConsentRecord, ConsentState
from dangol.core.customers.companies.models import Company
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Line, Order
from dangol.operational.marketing.campaigns.models import Campaign, Recipient, Text
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.entry.signing_in import sign_in
from dangol.platform.accounts.models import Team, User
from dangol.platform.accounts.queries import actor_for, workspace
from dangol.platform.accounts.services import change_workspace
from dangol.platform.events.models import EventRecord
from dangol.platform.search.queries import matching_ids

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
SMALL = 300
GUARDED = (Product, Company, Person, Order, Line)


def rows_of(model):
    return model.objects.for_system("test")


def as_invented():
    """The company once more, split into campaigns' groups by the keys that its customers have got."""
    ids = rows_of(Person).order_by("pk").values_list("pk", flat=True)
    return invent(TODAY, customers=SMALL, ids=list(ids))


def test_everything_invented_is_stored_and_marked(system):
    loaded, company = load(actor=system, today=TODAY, customers=SMALL), as_invented()
    counts = [len(company.products), len(company.companies), len(company.people), *map(len, company.book)]
    assert [rows_of(m).count() for m in GUARDED] == counts
    assert [loaded.products, loaded.companies, loaded.people, loaded.orders, loaded.lines] == counts
    assert all(rows_of(m).filter(is_demo=False).count() == 0 for m in (Product, Company, Person, Order))
    assert set(ExchangeRate.objects.values_list("source", flat=True)) == {"demo rate"}


def test_rows_are_stored_as_invented(system):
    load(actor=system, today=TODAY, customers=SMALL)
    company = as_invented()
    place = next(i for i, p in enumerate(company.people) if p.company is not None)
    wanted, person = company.people[place], rows_of(Person).get(customer_number=f"HW-{place + 1:06d}")
    assert (person.name, person.latin_name, person.email, person.phone) == wanted[1:5]
    assert rows_of(Company).get(pk=person.company_id).name == company.companies[wanted.company].name
    assert person.created_at == wanted.created_at
    order = company.book.orders[0]
    kept = rows_of(Order).get(number=order.number, source=order.source)
    assert (kept.amount, kept.rate, kept.value, kept.ordered_at) == (
        order.amount,
        order.rate,
        order.value,
        order.ordered_at,
    )


def test_a_second_load_changes_nothing(system):
    load(actor=system, today=TODAY, customers=SMALL)
    before = [rows_of(m).count() for m in GUARDED], User.objects.count(), EventRecord.objects.count()
    assert load(actor=system, today=TODAY, customers=SMALL).is_new is False
    assert before == ([rows_of(m).count() for m in GUARDED], User.objects.count(), EventRecord.objects.count())


def test_one_event_tells_of_the_load(system):
    load(actor=system, today=TODAY, customers=SMALL)
    event = EventRecord.objects.get(name="demo.loaded")
    assert event.payload["people"] == SMALL


def test_staff_can_sign_in_with_the_password_that_is_told(system):
    load(actor=system, today=TODAY, customers=SMALL)
    for member in MEMBERS[:2]:
        user = sign_in(email=member.address, password=PASSWORD, address="test")
        assert user is not None
        assert actor_for(user).roles == {member.role}


def test_sales_staff_share_a_team_and_own_customers(system):
    load(actor=system, today=TODAY, customers=SMALL)
    team = Team.objects.get(name="Seoul sales")
    assert team.parent == Team.objects.get(name="Sales")
    sellers = User.objects.filter(team=team)
    assert rows_of(Person).filter(owner__in=sellers).exists()
    assert {u.manager.name for u in sellers} == {"Yoon Taeho"}


def test_the_house_takes_the_demo_company_s_name_only_while_it_has_none(system):
    load(actor=system, today=TODAY, customers=SMALL, language="ko")
    assert (workspace().name, workspace().currency, workspace().language) == ("화로커피", "KRW", "ko")


def test_a_house_with_a_name_keeps_it(system):
    change_workspace(actor=system, values={"name": "Moon & Daughters"})
    load(actor=system, today=TODAY, customers=SMALL)
    assert workspace().name == "Moon & Daughters"


def test_a_house_that_counts_in_another_currency_refuses(system):
    change_workspace(actor=system, values={"name": "Moon & Daughters", "currency": "GBP"})
    with pytest.raises(DemoRefused, match="GBP"):
        load(actor=system, today=TODAY, customers=SMALL)
    assert not is_loaded()


def test_numbers_that_are_taken_are_told_in_a_sentence(system):
    Person.objects.create(name="Own", customer_number="HW-000001")
    with pytest.raises(DemoRefused):
        load(actor=system, today=TODAY, customers=SMALL)


def test_a_rate_that_the_firm_wrote_down_itself_stays(system):
    own = ExchangeRate.objects.create(currency="USD", to_currency="KRW", on=date(2026, 11, 1), rate=1234)
    load(actor=system, today=TODAY, customers=SMALL)
    own.refresh_from_db()
    assert (own.rate, own.source) == (1234, "entered by hand")


def test_who_may_not_change_the_workspace_cannot_load(cast):
    with pytest.raises(Forbidden):
        load(actor=cast.actor("owner"), today=TODAY, customers=SMALL)


def test_demo_customers_are_found_by_name_phone_and_number(system):
    load(actor=system, today=TODAY, customers=SMALL)
    person = rows_of(Person).exclude(phone="").filter(language="ko").first()
    for words in (person.name, person.latin_name, person.customer_number, "010" + person.phone[5:]):
        assert rows_of(Person).filter(pk__in=matching_ids("person", words), pk=person.pk).exists()


def test_values_add_up_in_the_database_too(system):
    load(actor=system, today=TODAY, customers=SMALL)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE purchases_order, purchases_line")  # rows of a moment ago are joined one by one else
        cursor.execute(
            "SELECT count(*) FROM purchases_order o JOIN (SELECT order_id, sum(amount) AS amount, sum(value) AS value"
            " FROM purchases_line GROUP BY order_id) l ON l.order_id = o.id"
            " WHERE o.value <> l.value OR o.amount <> l.amount"
        )
        assert cursor.fetchone() == (0,)


def test_past_campaigns_are_stored_with_everyone_in_one_group_and_a_message_for_the_treated(system):
    load(actor=system, today=TODAY, customers=SMALL)
    for campaign, past in zip(rows_of(Campaign).filter(state="finished"), as_invented().campaigns, strict=True):
        recipients = rows_of(Recipient).filter(campaign_id=campaign.pk)
        assert recipients.count() == campaign.counts["members"] == len(past.decisions)
        sent = rows_of(Message).filter(source="campaign", source_id=campaign.pk)
        assert set(sent.values_list("person_id", flat=True)) == set(
            recipients.filter(group="treated").values_list("person_id", flat=True)
        )
        assert rows_of(Touch).filter(message_id__in=sent.values("pk")).count() == len(past.answers)


def test_what_holds_now_follows_from_the_ledger_that_was_loaded(system):
    load(actor=system, today=TODAY, customers=SMALL)
    newest = {}
    for row in rows_of(ConsentRecord).order_by("at", "pk"):
        newest[row.person_id, row.purpose_id, row.channel] = row.state
    kept = rows_of(ConsentState).values_list("person_id", "purpose_id", "channel", "state")
    assert newest == {tuple(row[:3]): row[3] for row in kept}
    assert newest


def test_one_campaign_waits_as_a_draft_for_a_newcomer_to_send(system):
    load(actor=system, today=TODAY, customers=SMALL)
    draft = rows_of(Campaign).get(state="draft")
    assert rows_of(Text).filter(campaign_id=draft.pk).count() == 2
    assert draft.segment_id
