"""What the campaigns of the past said, and one that waits as a draft, each in Korean and in English."""

from __future__ import annotations

from typing import NamedTuple

from dangol.config.demo.generator.words import Words

SHOP = "https://hwaro.test"


class Letter(NamedTuple):
    """Name of a campaign and of its segment; subject, preheader and html in both languages, with merge fields."""

    name: Words
    segment: Words
    subject: Words
    preheader: Words
    html: Words


def _html(korean: tuple[str, ...], english: tuple[str, ...], path: str, button: Words) -> Words:
    def body(lines: tuple[str, ...], hello: str, language: str) -> str:
        said = "".join(f"<p>{line}</p>\n" for line in (hello, *lines))
        return f'{said}<p><a href="{SHOP}/{language}/{path}">{button.told(language)}</a></p>\n'  # type: ignore[arg-type]

    return Words(
        body(english, 'Hello {{ name | "coffee friend" }},', "en"),
        body(korean, '{{ name | "고객" }}님, 안녕하세요.', "ko"),
    )


LETTERS: dict[str, Letter] = {
    "news": Letter(
        Words("What is roasting", "이달의 로스팅 소식"),
        Words("Bought within a year", "1년 안에 구매한 고객"),
        Words("What we are roasting this month", "이달에 볶는 커피 이야기"),
        Words("Three harvests, one roaster", "세 산지의 새 수확"),
        _html(
            ("이번 달에는 에티오피아와 케냐, 콜롬비아의 새 수확이 들어왔습니다.", "로스터의 노트를 먼저 읽어 보세요."),
            ("New harvests from Ethiopia, Kenya and Colombia are in.", "Here are our roaster's notes."),
            "notes", Words("Read the notes", "노트 읽기"),
        ),
    ),
    "daily": Letter(
        Words("A deal every day", "매일 특가 알림"),
        Words("Bought twice within 90 days", "90일 안에 두 번 이상 구매"),
        Words("Today only: again a deal", "오늘 하루만, 또 특가!"),
        Words("And tomorrow the next", "내일은 또 다른 특가"),
        _html(
            ("오늘도 특가, 내일도 특가입니다.", "지금 바로 확인하지 않으면 사라집니다!"),
            ("A deal today, a deal tomorrow, a deal every day.", "Look now, or it is gone!"),
            "deals", Words("To the deal", "특가 보러 가기"),
        ),
    ),
    "workshop": Letter(
        Words("Barista workshop for firms", "기업 고객 바리스타 교실"),
        Words("Firms, bought within 60 days", "60일 안에 구매한 기업"),
        Words("An afternoon at our roastery", "로스터리에서 보내는 오후"),
        Words("For you and two colleagues", "동료 두 분과 함께 오세요"),
        _html(
            ("{{ company | \"귀사\" }}에서 오시는 세 분께 추출 교실을 열어 드립니다.", "자리는 열두 개입니다."),
            ("We keep three seats for {{ company | \"your firm\" }} at our workshop.", "There are twelve in all."),
            "workshop", Words("Keep a seat", "자리 예약"),
        ),
    ),
    "season": Letter(
        Words("Your beans, freshly roasted", "단골을 위한 갓 볶은 원두"),
        Words("Bought twice within 180 days", "180일 안에 두 번 이상 구매"),
        Words('{{ name | "For you" }}, your beans are fresh today', '{{ name | "단골" }}님, 오늘 볶은 원두입니다'),
        Words("A second bag at half the price", "두 번째 봉투는 반값"),
        _html(
            ("늘 고르시던 원두를 오늘 아침에 볶았습니다. 두 봉투째는 반값으로 드려요.",
             "{{#if tier = \"top\"}}늘 찾아 주셔서 고맙습니다. 새 수확 샘플도 함께 넣어 드릴게요.{{else}}"
             "이번 주 안에 주문하시면 다음 날 받아 보실 수 있어요.{{/if}}"),
            ("The beans that you like were roasted this morning. The second bag is half the price.",
             "{{#if tier = \"top\"}}Thank you for coming back so often: a sample of the new harvest is in the parcel."
             "{{else}}Order this week, and they are with you the next day.{{/if}}"),
            "beans", Words("Choose beans", "원두 고르기"),
        ),
    ),
    "draft": Letter(
        Words("Back to your cup", "다시 한 잔, 단골 안부"),
        Words("Slipping away", "멀어지는 단골"),
        Words("{{ name | \"Hello\" }}, is your jar empty?", "{{ name | \"고객\" }}님, 원두 떨어지지 않으셨나요?"),
        Words("We kept your usual beans", "늘 드시던 원두를 챙겨 두었어요"),
        _html(
            ('{{ name | "고객" }}님{이/가} 늘 드시던 원두를 챙겨 두었습니다.', "이번 주에는 배송비 없이 보내 드려요."),
            ("We have set your usual beans aside.", "This week they come to you without shipping costs."),
            "welcome-back", Words("Order again", "다시 주문하기"),
        ),
    ),
}  # fmt: skip
