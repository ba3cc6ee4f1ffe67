"""Programs that fetch links and pictures of mails by themselves, known by how they call themselves. Data.

The list is no proof of a person: a gateway may call itself like any browser. What it does tells more (see `machines`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agent:
    """One program. `pattern` is looked for in its name without regard to case; `opens` and `clicks` say whether it is
    a machine where it fetches the picture or a link."""

    name: str
    pattern: str
    source: str
    opens: bool = True
    clicks: bool = True


AGENTS: tuple[Agent, ...] = (
    # Mail programs that fetch pictures for their readers.
    Agent("apple_privacy", r"^Mozilla/5\.0$", "apple.com/legal/privacy/data/en/mail-privacy-protection", clicks=False),
    # Gmail and Yahoo fetch a picture when the mail is opened, so behind it is a person; links they do not fetch so.
    Agent("gmail_pictures", r"GoogleImageProxy", "support.google.com/mail/answer/145919", opens=False),
    Agent("yahoo_pictures", r"YahooMailProxy", "help.yahoo.com/kb/SLN28749.html", opens=False),
    # Previews in chats and documents.
    Agent("kakaotalk", r"kakaotalk-scrap", "devtalk.kakao.com/t/33984"),
    Agent("line", r"line-poker", "developers.line.biz/en/faq"),
    Agent("facebook", r"facebookexternalhit|facebookcatalog|meta-external", "developers.facebook.com/docs/sharing"),
    Agent("slack", r"Slackbot|Slack-ImgProxy", "api.slack.com/robots"),
    Agent("telegram", r"TelegramBot", "core.telegram.org/bots/webapps"),
    Agent("discord", r"Discordbot", "discord.com/developers/docs"),
    Agent("whatsapp", r"WhatsApp/\d", "faq.whatsapp.com"),
    Agent("linkedin", r"LinkedInBot", "linkedin.com/help/linkedin/answer/a6233775"),
    Agent("x", r"Twitterbot", "developer.x.com/en/docs/x-for-websites/cards"),
    Agent("teams", r"SkypeUriPreview|Microsoft-Teams|BingPreview", "learn.microsoft.com/microsoftteams/platform"),
    Agent("office", r"ms-office|Microsoft Office (Existence|Protocol) Discovery", "learn.microsoft.com/office"),
    # Gateways and protections that say who they are.
    Agent("barracuda", r"Barracuda", "campus.barracuda.com"),
    Agent("proofpoint", r"Proofpoint|urldefense", "help.proofpoint.com"),
    Agent("mimecast", r"Mimecast", "community.mimecast.com"),
    Agent("trend_micro", r"TrendMicro|Trend Micro", "docs.trendmicro.com"),
    Agent("virustotal", r"virustotal|VirusTotalCloud", "docs.virustotal.com"),
    # Search engines.
    Agent("google", r"Googlebot|Google-Safety|GoogleOther|AdsBot-Google|Google-Read-Aloud",
          "developers.google.com/search/docs/crawling-indexing/overview-google-crawlers"),
    Agent("bing", r"bingbot|adidxbot", "bing.com/webmasters/help/which-crawlers-does-bing-use-8c184ec0"),
    Agent("naver", r"Yeti/|naver\.me/(bot|spd)", "searchadvisor.naver.com/guide/seo-basic-robots"),
    Agent("daum", r"Daum(oa)?/|Daumoa", "cs.daum.net/faq/15/4118.html"),
    Agent("yandex", r"YandexBot|YandexImages", "yandex.com/support/webmaster/robot-workings/check-yandex-robots.html"),
    # Libraries, tools and browsers without a window.
    Agent("library", r"python-(requests|httpx|urllib)|aiohttp|Go-http-client|libwww-perl|okhttp|Apache-HttpClient"
          r"|^Java/|node-fetch|axios/|GuzzleHttp|^Ruby|^PHP", "what libraries call themselves when told no other"),
    Agent("tool", r"^curl/|^Wget/|HTTPie", "names that the tools give themselves when told no other"),
    Agent("headless", r"HeadlessChrome|PhantomJS|Playwright|Puppeteer", "developer.chrome.com/docs/chromium/headless"),
    Agent("robot", r"\b(bot|crawler|spider|scanner)\b|bot/\d|\+https?://", "RFC 9309 section 2.2.1"),
)  # fmt: skip
NO_NAME = "no_name"
_PATTERNS = tuple((agent, re.compile(agent.pattern, re.IGNORECASE)) for agent in AGENTS)
_PERSONS = tuple(pattern for agent, pattern in _PATTERNS if not agent.opens)


def machine_name(agent: str, *, is_click: bool) -> str:
    """The name of the machine that calls itself `agent`, "" for a person's program."""
    if not agent.strip():
        return NO_NAME
    if not is_click and any(pattern.search(agent) for pattern in _PERSONS):
        return ""
    for known, pattern in _PATTERNS:
        if (known.clicks if is_click else known.opens) and pattern.search(agent):
            return known.name
    return ""
