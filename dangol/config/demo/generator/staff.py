"""Who works at Hwaro Coffee: each trade with a member who reads Korean and one who reads English."""

from __future__ import annotations

from typing import NamedTuple

from dangol.config.demo.generator.words import Words

DOMAIN = "hwaro.test"
PASSWORD = "hwaro-coffee"  # noqa: S105 - told to everybody at the start


class Team(NamedTuple):
    """A team, maybe within another (`parent` by key)."""

    key: str
    name: Words
    parent: str = ""


class Member(NamedTuple):
    """A member of staff; `email` before the @, `manager` by the same. `is_login` ones are told at the start."""

    email: str
    name: Words
    language: str
    role: str
    team: str
    manager: str = ""
    is_login: bool = True

    @property
    def address(self) -> str:
        """The whole e-mail address."""
        return f"{self.email}@{DOMAIN}"


TEAMS: tuple[Team, ...] = (
    Team("office", Words("Head office", "본사")),
    Team("sales", Words("Sales", "영업")),
    Team("seoul", Words("Seoul sales", "서울 영업팀"), "sales"),
    Team("busan", Words("Busan sales", "부산 영업팀"), "sales"),
    Team("marketing", Words("Marketing", "마케팅팀")),
    Team("service", Words("Service", "고객지원팀")),
    Team("insight", Words("Insight", "분석팀")),
)

MEMBERS: tuple[Member, ...] = (
    Member("admin.ko", Words("Kim Soyeon", "김소연"), "ko", "administrator", "office"),
    Member("admin", Words("Helen Ward", "Helen Ward"), "en", "administrator", "office"),
    Member("manager.ko", Words("Yoon Taeho", "윤태호"), "ko", "manager", "sales", "admin.ko"),
    Member("manager", Words("Grace Lindqvist", "Grace Lindqvist"), "en", "manager", "sales", "admin"),
    Member("sales.ko", Words("Park Dohyun", "박도현"), "ko", "sales", "seoul", "manager.ko"),
    Member("sales", Words("Marcus Webb", "Marcus Webb"), "en", "sales", "busan", "manager"),
    Member("harin.lee", Words("Lee Harin", "이하린"), "ko", "sales", "seoul", "manager.ko", False),
    Member("minseok.oh", Words("Oh Minseok", "오민석"), "ko", "sales", "seoul", "manager.ko", False),
    Member("jiho.bae", Words("Bae Jiho", "배지호"), "ko", "sales", "busan", "manager", False),
    Member("yuna.seo", Words("Seo Yuna", "서유나"), "ko", "sales", "busan", "manager", False),
    Member("marketing.ko", Words("Han Chaewon", "한채원"), "ko", "marketing", "marketing", "manager.ko"),
    Member("marketing", Words("Ines Moreau", "Ines Moreau"), "en", "marketing", "marketing", "manager"),
    Member("service.ko", Words("Jung Areum", "정아름"), "ko", "service", "service", "manager.ko"),
    Member("service", Words("Tom Becker", "Tom Becker"), "en", "service", "service", "manager"),
    Member("analyst.ko", Words("Shin Woojin", "신우진"), "ko", "analyst", "insight", "manager.ko"),
    Member("analyst", Words("Nadia Rahman", "Nadia Rahman"), "en", "analyst", "insight", "manager"),
)

SELLERS: dict[str, tuple[str, ...]] = {
    team: tuple(m.address for m in MEMBERS if m.team == team and m.role == "sales") for team in ("seoul", "busan")
}
