from __future__ import annotations

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dangol.platform.accounts.logo import EDGE, written_anew
from dangol.platform.accounts.models import Workspace
from dangol.platform.accounts.profile import base_address, checked, is_local
from dangol.platform.accounts.queries import logo, workspace
from dangol.platform.events.models import EventRecord
from tests.cast import Cast

FORM = {
    "name": "Hwaro Coffee",
    "registration_number": "123-45-67890",
    "address": "12 Seongsui-ro\nSeoul",
    "phone": "02-1234-5678",
    "email": "hello@hwaro.test",
    "website": "hwaro.test",
    "languages": ["ko", "en"],
    "language": "ko",
    "country": "KR",
    "currency": "KRW",
    "time_zone": "Asia/Seoul",
    "base_url": "https://crm.hwaro.kr/",
}


def picture(format: str = "PNG", size: tuple[int, int] = (900, 300), mode: str = "RGB") -> bytes:
    out = BytesIO()
    Image.new(mode, size, 7).save(out, format)
    return out.getvalue()


def client_of(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


@pytest.fixture
def admin(cast: Cast) -> Client:
    return client_of(cast, "admin")


@pytest.mark.django_db
class TestThePage:
    def test_it_keeps_the_profile_and_tells_it(self, admin: Client) -> None:
        assert admin.get("/setup/company").status_code == 200
        assert admin.post("/setup/company", FORM).status_code == 302
        ours = workspace()
        assert (ours.name, ours.base_url, ours.website) == (
            "Hwaro Coffee",
            "https://crm.hwaro.kr",
            "https://hwaro.test",
        )
        assert ours.languages == ["ko", "en"]
        assert "name" in EventRecord.objects.get(name="workspace.changed").changes

    def test_mistakes_stand_beside_their_fields_and_nothing_is_kept(self, admin: Client) -> None:
        wrong = FORM | {
            "email": "nobody",
            "base_url": "https://crm.hwaro.kr/app?x=1",
            "phone": "12",
            "time_zone": "Moon",
        }
        answer = admin.post("/setup/company", wrong)
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"email", "base_url", "phone", "time_zone"}
        assert b'value="nobody"' in answer.content
        assert workspace().name == ""

    def test_another_currency_wants_a_second_word_once_one_was_chosen(self, admin: Client) -> None:
        admin.post("/setup/company", FORM)
        answer = admin.post("/setup/company", FORM | {"currency": "EUR"})
        assert answer.status_code == 422
        assert b"is_currency_agreed" in answer.content
        assert workspace().currency == "KRW"
        assert admin.post("/setup/company", FORM | {"currency": "EUR", "is_currency_agreed": "1"}).status_code == 302
        assert workspace().currency == "EUR"

    def test_the_first_language_is_one_of_the_customers_languages(self, admin: Client) -> None:
        admin.post("/setup/company", FORM | {"languages": ["en"], "language": "ko"})
        assert workspace().languages == ["ko", "en"]

    @pytest.mark.parametrize(
        ("address", "said"),
        [
            ("", b"this machine only"),
            ("http://192.168.0.7:8000", b"from outside"),
            ("https://crm.hwaro.kr", b"DANGOL_HOSTS"),
        ],
    )
    def test_an_address_that_will_not_work_for_customers_is_said(
        self, admin: Client, address: str, said: bytes
    ) -> None:
        admin.post("/setup/company", FORM | {"base_url": address})
        assert said in admin.get("/setup/company").content

    @pytest.mark.parametrize("path", ["/setup", "/setup/company"])
    def test_strangers_and_the_anonymous_are_kept_out(self, cast: Cast, path: str) -> None:
        assert client_of(cast, "stranger").get(path).status_code == 403
        assert Client().get(path).status_code == 302
        assert client_of(cast, "stranger").post("/setup/company", FORM).status_code == 403
        assert workspace().name == ""

    def test_the_list_says_what_is_missing(self, admin: Client) -> None:
        assert b"Still missing" in admin.get("/setup").content
        admin.post("/setup/company", FORM)
        assert b"Still missing: Name" not in admin.get("/setup").content

    def test_only_who_may_finds_it_in_the_sidebar(self, cast: Cast, admin: Client) -> None:
        assert b'href="/setup/company"' in admin.get("/me").content
        assert b'href="/setup/company"' not in client_of(cast, "stranger").get("/me").content


@pytest.mark.django_db
class TestTheLogo:
    def upload(self, client: Client, data: bytes) -> int:
        return client.post("/setup/company/logo", {"logo": SimpleUploadedFile("a.png", data)}).status_code

    def test_it_is_shown_to_everybody_until_it_is_removed(self, admin: Client) -> None:
        assert Client().get("/logo.png").status_code == 404
        assert self.upload(admin, picture("JPEG")) == 302
        answer = Client().get("/logo.png")
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in answer
        assert Client().get("/logo.png", headers={"if-none-match": answer["ETag"]}).status_code == 304
        admin.post("/setup/company/logo", {"remove": "1"})
        assert Client().get("/logo.png").status_code == 404
        assert logo() == b""

    def test_the_history_knows_of_it_but_does_not_hold_it(self, admin: Client) -> None:
        self.upload(admin, picture())
        assert EventRecord.objects.get(name="workspace.changed").changes["logo"][0] == 0

    def test_what_is_no_picture_is_refused_beside_the_field(self, admin: Client) -> None:
        for data in (b"", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"\x89PNG\r\n\x1a\nnothing"):
            assert self.upload(admin, data) == 422
        assert admin.post("/setup/company/logo").status_code == 422
        assert Workspace.objects.filter(logo=None).count() == 1

    def test_strangers_cannot_change_it(self, cast: Cast) -> None:
        assert self.upload(client_of(cast, "stranger"), picture()) == 403


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_written_anew_as_a_small_png(format: str) -> None:
    with Image.open(BytesIO(written_anew(picture(format)))) as found:
        assert (found.format, found.size) == ("PNG", (EDGE, 171))
        assert "exif" not in found.info


@pytest.mark.parametrize("format", ["GIF", "BMP", "TIFF", "ICO"])
def test_other_kinds_of_pictures_are_refused(format: str) -> None:
    with pytest.raises(ValidationError, match="no picture"):
        written_anew(picture(format, (64, 64)))


def test_what_hides_behind_a_picture_is_left_out() -> None:
    assert b"<script>" not in written_anew(picture() + b"<script>alert(1)</script>")


def test_a_picture_that_would_unfold_to_too_much_is_refused() -> None:
    bomb = picture("PNG", (12_000, 12_000), "1")
    assert len(bomb) < 200_000
    with pytest.raises(ValidationError, match="pixels"):
        written_anew(bomb)
    with pytest.raises(ValidationError, match="2 MB"):
        written_anew(b"\0" * (2 * 1024**2 + 1))


@given(st.binary(max_size=300))
def test_nothing_that_is_uploaded_breaks_the_logo(data: bytes) -> None:
    for tried in (data, b"\x89PNG\r\n\x1a\n" + data, b"\xff\xd8\xff" + data, b"RIFF" + data[:4] + b"WEBP" + data):
        with pytest.raises(ValidationError):
            written_anew(tried)


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("", ""),
        (" https://CRM.Example.com/ ", "https://crm.example.com"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://단골.한국", "https://xn--bb0bu7i.xn--3e0b707e"),
    ],
)
def test_an_address_is_kept_in_its_plain_form(given_: str, kept: str) -> None:
    assert base_address(given_) == kept


@pytest.mark.parametrize(
    "wrong",
    ["crm.example.com", "ftp://example.com", "javascript:alert(1)", "https://", "https://a.b/path", "https://a.b?x", "https://u@a.b",
     "https://a.b:99999", "https://a b", "https://-a.b", "https://a..b", "https://[::1", "https://a.b#x"],
)  # fmt: skip
def test_anything_else_is_no_address(wrong: str) -> None:
    with pytest.raises(ValidationError):
        base_address(wrong)


@given(st.text())
def test_whatever_is_typed_is_kept_or_refused_by_field(text: str) -> None:
    names = ("name", "registration_number", "address", "phone", "email", "website", "base_url", "country", "time_zone")
    said, kept = set(), {"name": ""}
    try:
        kept = checked(dict.fromkeys(names, text), country="KR")
    except ValidationError as error:
        said = set(error.message_dict)
    assert said <= set(names)
    assert "\n" not in kept["name"]


@given(st.text())
def test_an_address_that_is_kept_is_kept_again(text: str) -> None:
    for tried in (text, f"https://{text}", f"http://{text}.kr"):
        try:
            kept = base_address(tried)
        except ValidationError:
            continue
        assert base_address(kept) == kept


def test_private_names_and_numbers_are_known_as_local() -> None:
    assert all(
        is_local(f"http://{host}") for host in ("localhost:8000", "127.0.0.1", "10.1.2.3", "[::1]", "crm", "a.local")
    )
    assert not any(is_local(f"https://{host}") for host in ("crm.example.com", "203.0.114.9", "단골.한국"))
