"""A shop's page in a real browser, against the running system: who was there, and what they looked at."""

from __future__ import annotations

from typing import Any
from urllib.request import urlopen

import pytest

from dangol.core.behavior.commerce.models import Touch
from dangol.core.behavior.door.tests.serving import Serving
from dangol.core.behavior.script.queries import snippet
from dangol.core.behavior.sources.models import Source, WriteKey
from dangol.core.behavior.sources.services import create_source
from dangol.core.behavior.stream.models import Event
from dangol.core.behavior.stream.services.working import work_off_all
from dangol.core.behavior.visitors.models import Visitor
from dangol.core.behavior.visitors.queries import secret_of, trust_of
from dangol.core.behavior.visitors.rules import hash_of
from dangol.core.behavior.visitors.services.links import token_for
from dangol.core.behavior.visitors.services.trusting import set_trust
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person
from dangol.platform.access.actor import Actor
from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, Window, asked
from tests.journeys.shop import shop
from tests.peers import installed

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def house(django_db_setup: None) -> Any:
    found = Serving()
    yield found
    found.close()


@pytest.fixture
def serving(house: Serving, cast: Cast, open_house: str) -> Any:
    house.start("web")
    urlopen(f"{house.address}/login", timeout=60).read()  # the first page opens all doors, which takes a while
    yield house
    house.kill_all()


@pytest.fixture
def person(cast: Cast) -> Person:
    return create_person(actor=cast.actor("admin"), values={"name": "Minji Kim", "customer_number": "C1"})


def a_source(system: Actor, **values: Any) -> tuple[Source, str]:
    source = create_source(actor=system, values={"name": "Shop", "kind": "web", **values})
    return source, WriteKey.objects.for_system("test").get(source=source).key


def let_in(source: Source, origin: str) -> None:
    """Let a site's pages send. The door looks for changes every two seconds."""
    asked(lambda: Source.objects.for_system("test").filter(pk=source.pk).update(allowed_origins=[origin]))


def own_script(serving: Serving, key: str, **more: str) -> str:
    line = snippet(key, **more).replace(snippet(key).split('"')[1], f"{serving.address}/dangol.js")
    return line.replace("<script async", "<script")


def arrived(number: int, w: Window) -> list[Any]:
    """So many events, worked off, as soon as they are there."""

    def read() -> list[Any]:
        work_off_all()
        return list(Event.objects.for_system("test").order_by("at", "id"))

    for _ in range(60):
        found = asked(read)
        if len(found) >= number:
            return found
        w.page.wait_for_timeout(250)
    raise AssertionError(f"{[(e.kind, e.name) for e in asked(read)]} of {number}")


def visitors() -> list[Any]:
    return asked(lambda: list(Visitor.objects.for_system("test").order_by("pk")))


def sends(w: Window) -> list[Any]:
    """What the page asks of the house for events."""
    found: list[Any] = []
    w.page.on("request", lambda request: found.append(request) if "/v1/" in request.url else None)
    return found


def listens(w: Window, path: str) -> None:
    """Open a page of the house and wait until it hears of changes."""
    with w.page.expect_response(lambda answer: "/_live" in answer.url and answer.status == 200):
        w.open(path)


def test_an_anonymous_visitor_becomes_known_and_the_visit_shows_on_the_open_page(
    serving: Serving, system: Actor, cast: Cast, person: Person, browser_window: Opener
) -> None:
    source, key = a_source(system)
    signed = hash_of("C1", secret_of(trust_of([source.pk])[source.pk]))
    with shop(serving.address, own_script(serving, key)) as site, browser_window(serving.address) as w:
        let_in(source, site)
        w.sign_in("admin@firm.test", PASSWORD)
        listens(w, f"/people/{person.pk}")
        tab = Window(w.page.context.new_page(), site)
        tab.open("/kettles?utm_source=kakao&utm_campaign=autumn")
        tab.page.evaluate("dangol.track('Product Viewed', {sku: 'K-1', name: 'Kettle'})")
        assert [e.kind for e in arrived(2, tab)] == ["page", "track"]
        assert [v.person_id for v in visitors()] == [None]
        tab.open("/account")
        tab.page.evaluate(f"dangol.identify('C1', {{}}, '{signed}')")
        arrived(4, tab)
        assert [(v.person_id, v.how) for v in visitors()] == [(person.pk, "sign_in")]
        entry = w.page.locator("#story-line li.ev", has_text="2 pages").first
        entry.wait_for(timeout=5_000)  # nobody asked for it: the page heard of it
        assert "Kettle" in entry.inner_text()
        entry.locator("summary").click()
        entry.get_by_text("/account").first.wait_for()
        w.picture("journey-visit")
        _cut_and_join_again(w, person)
        assert w.troubles == []


def _cut_and_join_again(w: Window, person: Person) -> None:
    w.follow(w.page.get_by_role("link", name="Not this person?"))
    w.page.fill("#reason", "her sister's phone")
    w.picture("journey-visit-cut")
    w.follow(w.page.get_by_role("button", name="Cut off"))
    assert w.page.locator("li.ev", has_text="2 pages").count() == 0
    w.page.get_by_text("1 visitor cut off").click()
    w.follow(w.page.get_by_role("button", name="Join again"))
    assert w.page.locator("li.ev", has_text="2 pages").count() == 1


def test_nothing_is_stored_or_sent_before_consent_and_never_against_the_browsers_wish(
    serving: Serving, system: Actor, browser_window: Opener
) -> None:
    source, key = a_source(system, needs_consent=True, consent_category="analytics")
    head = own_script(serving, key, consent="analytics")
    with shop(serving.address, head) as site, browser_window(site) as w:
        let_in(source, site)
        sent = sends(w)
        w.open("/")
        w.page.evaluate("dangol.track('Looked'); dangol.identify('u1')")
        w.page.wait_for_timeout(800)
        assert (w.page.evaluate("localStorage.length"), sent) == (0, [])
        w.page.evaluate("dangol.consent(true)")
        assert [e.kind for e in arrived(3, w)] == ["page", "track", "identify"]
        w.page.evaluate("dangol.consent(false)")
        assert w.page.evaluate("Object.keys(localStorage).join()") == "dangol.consent"
        for wish in ("globalPrivacyControl", "doNotTrack"):
            tab = w.page.context.new_page()
            value = "true" if wish == "globalPrivacyControl" else "'1'"
            tab.add_init_script(f"Object.defineProperty(navigator, '{wish}', {{value: {value}}}); localStorage.clear()")
            before = sends(Window(tab, site))
            tab.goto(site)
            tab.evaluate("dangol.consent(true); dangol.track('Looked')")
            tab.wait_for_timeout(600)
            assert (tab.evaluate("localStorage.length"), before) == (0, []), wish


def test_what_happened_offline_or_while_leaving_arrives_once_and_a_link_makes_known(
    serving: Serving, system: Actor, person: Person, browser_window: Opener
) -> None:
    source, key = a_source(system)
    token = token_for(person.pk)
    with shop(serving.address, own_script(serving, key)) as site, browser_window(site) as w:
        let_in(source, site)
        w.open(f"/sale?dgl={token}&x=1")
        assert w.page.url == f"{site}/sale?x=1"
        arrived(1, w)
        assert [(v.person_id, v.how) for v in visitors()] == [(person.pk, "link")]
        w.page.context.set_offline(True)
        w.page.evaluate("dangol.track('Offline')")
        w.page.wait_for_timeout(700)
        assert "Offline" in w.page.evaluate("localStorage.getItem('dangol.queue')")
        w.page.context.set_offline(False)
        arrived(2, w)
        w.page.evaluate("dangol.track('Left')")
        w.open("/next")
        found = arrived(4, w)
        assert sorted(e.name or e.kind for e in found) == ["Left", "Offline", "page", "page"]
        assert not any(token in f"{e.properties}{e.context}" for e in found)


def test_segments_own_library_needs_only_our_host(
    serving: Serving, system: Actor, person: Person, browser_window: Opener
) -> None:
    source, key = a_source(system)
    set_trust(actor=system, source_id=source.pk, values={"believes": "everything"})
    files = installed() / "@segment" / "analytics-next" / "dist" / "umd"
    with shop(serving.address, '<script src="/lib/index.js"></script>', files) as site, browser_window(site) as w:
        let_in(source, site)
        w.page.wait_for_timeout(2500)  # until the door has heard of the new origin
        w.open("/tea")
        w.page.evaluate(
            "([key, house]) => { window.a = AnalyticsNext.AnalyticsBrowser.load({writeKey: key, cdnURL: house}) }",
            [key, serving.address],
        )
        w.page.evaluate("a.page('Tea')")
        w.page.evaluate("a.track('Products Searched', {query: 'green tea'})")
        w.page.evaluate("a.identify('C1', {plan: 'gold'})")
        found = arrived(3, w)
        assert sorted(e.kind for e in found) == ["identify", "page", "track"]
        assert {e.context["library"]["name"] for e in found} == {"analytics.js"}
        assert [(v.person_id, v.how) for v in visitors()] == [(person.pk, "sign_in")]
        assert [t.words for t in asked(lambda: list(Touch.objects.for_system("test")))] == ["green tea"]
