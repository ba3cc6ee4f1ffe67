"""Mails that come back, in the shapes in which servers write them. Written for these tests; `{rcpt}` is our address."""

# ruff: noqa: E501 -- lines of mails are as long as servers write them

from __future__ import annotations


def report(human: str, status: str, *, sender: str = "MAILER-DAEMON@mx.test (Mail Delivery System)", returned: str = "",
           subject: str = "Undelivered Mail Returned to Sender") -> bytes:  # fmt: skip
    """A report after RFC 3462 and RFC 3464."""
    return f"""Return-Path: <>
From: {sender}
To: {{rcpt}}
Subject: {subject}
Date: Fri, 20 Nov 2026 09:12:00 +0900
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"
Message-ID: <20261120001200.ABCDEF@mx.test>

This is a MIME-encapsulated message.

--cut
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

{human}

--cut
Content-Description: Delivery report
Content-Type: message/delivery-status

{status}

--cut
Content-Type: text/rfc822-headers

From: shop <hi@shop.test>
To: <p1@shop.test>
Subject: (AD) Spring
{returned}

--cut--
""".replace("\n", "\r\n").encode()


POSTFIX_UNKNOWN = report(
    "This is the mail system at host mx.test.\n\n<p1@shop.test>: host mail.shop.test[192.0.2.9] said: 550 5.1.1\n"
    "    <p1@shop.test>: Recipient address rejected: User unknown in local recipient table (in reply to RCPT TO)",
    "Reporting-MTA: dns; mx.test\nX-Postfix-Queue-ID: 4F1A2B\nArrival-Date: Fri, 20 Nov 2026 09:11:59 +0900 (KST)\n\n"
    "Final-Recipient: rfc822; p1@shop.test\nOriginal-Recipient: rfc822;p1@shop.test\nAction: failed\nStatus: 5.1.1\n"
    "Remote-MTA: dns; mail.shop.test\nDiagnostic-Code: smtp; 550 5.1.1 <p1@shop.test>: Recipient address rejected: User\n"
    "    unknown in local recipient table",
)
POSTFIX_NO_DOMAIN = report(
    "<p1@shop.test>: Host or domain name not found. Name service error for name=shop.test type=AAAA: Host not found",
    "Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; p1@shop.test\nAction: failed\nStatus: 5.4.4\n"
    "Diagnostic-Code: X-Postfix; Host or domain name not found. Name service error for name=shop.test type=AAAA: Host not\n"
    "    found",
)
POSTFIX_DELAYED = report(
    "####################\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n####################",
    "Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; p1@shop.test\nAction: delayed\nStatus: 4.4.1\n"
    "Diagnostic-Code: X-Postfix; connect to mail.shop.test[192.0.2.9]:25: Connection timed out\n"
    "Will-Retry-Until: Wed, 25 Nov 2026 09:11:59 +0900 (KST)",
    subject="Delayed Mail (still being retried)",
)
POSTFIX_GAVE_UP = report(
    "<p1@shop.test>: connect to mail.shop.test[192.0.2.9]:25: Connection timed out",
    "Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; p1@shop.test\nAction: failed\nStatus: 4.4.1\n"
    "Diagnostic-Code: X-Postfix; connect to mail.shop.test[192.0.2.9]:25: Connection timed out",
)
EXCHANGE_UNKNOWN = report(
    "Delivery has failed to these recipients or groups:\n\np1@shop.test\n"
    "The email address you entered couldn't be found.",
    "Reporting-MTA: dns;SL2P216MB0001.KORP216.PROD.OUTLOOK.test\nReceived-From-MTA: dns;mx.test\n"
    "Arrival-Date: Fri, 20 Nov 2026 00:11:59 +0000\n\nFinal-Recipient: rfc822;p1@shop.test\nAction: failed\n"
    "Status: 5.1.10\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient p1@shop.test not found by\n"
    " SMTP address lookup",
    sender="postmaster@shop.test", subject="Undeliverable: (AD) Spring",
)  # fmt: skip
EXCHANGE_BLOCKED = report(
    "Your message couldn't be delivered because the sender is not allowed.",
    "Reporting-MTA: dns;SL2P216MB0001.KORP216.PROD.OUTLOOK.test\n\nFinal-Recipient: rfc822;p1@shop.test\nAction: failed\n"
    "Status: 5.7.606\nDiagnostic-Code: smtp;550 5.7.606 Access denied, banned sending IP [198.51.100.7]",
    sender="postmaster@shop.test", subject="Undeliverable: (AD) Spring",
)  # fmt: skip
GMAIL_UNKNOWN = report(
    "** Address not found **\n\nYour message wasn't delivered to p1@shop.test because the address couldn't be found.",
    "Reporting-MTA: dns; googlemail.test\nArrival-Date: Thu, 19 Nov 2026 16:11:59 -0800 (PST)\n"
    "X-Original-Message-ID: <x@shop.test>\n\nFinal-Recipient: rfc822; p1@shop.test\nAction: failed\nStatus: 5.1.1\n"
    "Remote-MTA: dns; gmail-smtp-in.l.google.test. (192.0.2.27)\n"
    "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\n"
    " 550 5.1.1 double-checking the recipient's email address for typos.\n"
    "Last-Attempt-Date: Thu, 19 Nov 2026 16:12:00 -0800 (PST)",
    sender="Mail Delivery Subsystem <mailer-daemon@googlemail.test>",
    subject="Delivery Status Notification (Failure)",
)
GMAIL_FULL = report(
    "** Recipient inbox full **",
    "Reporting-MTA: dns; googlemail.test\n\nFinal-Recipient: rfc822; p1@shop.test\nAction: failed\nStatus: 5.2.2\n"
    "Diagnostic-Code: smtp; 552-5.2.2 The email account that you tried to reach is over quota.",
    sender="Mail Delivery Subsystem <mailer-daemon@googlemail.test>",
    subject="Delivery Status Notification (Failure)",
)
HOTMAIL_UNSAID = report(
    "Reporting that delivery failed.",
    "Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; p1@shop.test\nAction: failed\nStatus: 5.0.0\n"
    "Diagnostic-Code: smtp; 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).",
)
NAVER_UNKNOWN = """Return-Path: <>
From: =?UTF-8?B?66mU7J286rSA66as7J6Q?= <mailadm@naver.test>
To: {rcpt}
Subject: =?UTF-8?B?W+uplOydvCDrsJzshqEg7Iuk7YyoIOyViOuCtF0=?=
Date: Fri, 20 Nov 2026 09:12:00 +0900
MIME-Version: 1.0
Content-Type: text/html; charset=UTF-8
Content-Transfer-Encoding: 8bit

<html><body><p>메일이 전송되지 않았습니다.</p>
<table><tr><td>받는사람</td><td>p1@shop.test</td></tr>
<tr><td>실패 사유</td><td>존재하지 않는 메일 주소입니다. (550 5.1.1 No such user)</td></tr></table></body></html>
""".replace("\n", "\r\n").encode()
NAVER_FULL = (
    """Return-Path: <>
From: mailadm@naver.test
To: {rcpt}
Subject: Mail delivery failed
MIME-Version: 1.0
Content-Type: text/plain; charset=EUC-KR
Content-Transfer-Encoding: 8bit

""".replace("\n", "\r\n").encode()
    + (
        "메일을 전송하지 못했습니다.\r\n받는사람: p1@shop.test\r\n사유: 받는 사람의 메일 용량이 초과되어 (552 5.2.2) 수신할 수 없습니다.\r\n"
    ).encode("euc-kr")
)
QMAIL = b"""Return-Path: <>
From: MAILER-DAEMON@mx.test
To: {rcpt}
Subject: failure notice

Hi. This is the qmail-send program at mx.test.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<p1@shop.test>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.
""".replace(b"\n", b"\r\n")
COMPLAINT = b"""Return-Path: <>
From: <feedback@provider.test>
To: {rcpt}
Subject: FW: (AD) Spring
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="cut"

--cut
Content-Type: text/plain; charset=us-ascii

This is an email abuse report for a message received from IP 198.51.100.7.

--cut
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider-FBL/1.0
Version: 1
Original-Rcpt-To: <p1@shop.test>
Arrival-Date: Fri, 20 Nov 2026 09:12:00 +0900

--cut
Content-Type: message/rfc822

From: shop <hi@shop.test>
To: <p1@shop.test>
Message-ID: <{id}>
Subject: (AD) Spring

Spring is here.

--cut--
""".replace(b"\n", b"\r\n")
NOT_SPAM = COMPLAINT.replace(b"Feedback-Type: abuse", b"Feedback-Type: not-spam")
AWAY = """Return-Path: <p1@shop.test>
From: p1@shop.test
To: {rcpt}
Subject: 자동 응답: 부재중입니다
Auto-Submitted: auto-replied
Content-Type: text/plain; charset=utf-8

다음 주까지 자리를 비웁니다. 550 5.1.1
""".replace("\n", "\r\n").encode()
AWAY_OUTLOOK = b"""Return-Path: <>
From: p1@shop.test
To: {rcpt}
Subject: Automatic reply: Spring
X-Auto-Response-Suppress: All
Content-Type: text/plain; charset=us-ascii

I am out of the office until Monday.
""".replace(b"\n", b"\r\n")
TORN = (
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="a"\r\n\r\n--a\r\nContent-Type: message/del'
)
ODD_CHARSET = (
    b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.test\r\nContent-Type: text/plain; charset=x-nobody\r\n\r\n\xff\xfe\x00"
)

HARD = {
    "postfix_unknown": POSTFIX_UNKNOWN, "postfix_no_domain": POSTFIX_NO_DOMAIN, "exchange_unknown": EXCHANGE_UNKNOWN,
    "gmail_unknown": GMAIL_UNKNOWN, "hotmail_unsaid": HOTMAIL_UNSAID, "naver_unknown": NAVER_UNKNOWN, "qmail": QMAIL,
}  # fmt: skip
SOFT = {
    "postfix_gave_up": POSTFIX_GAVE_UP, "exchange_blocked": EXCHANGE_BLOCKED, "gmail_full": GMAIL_FULL,
    "naver_full": NAVER_FULL,
}  # fmt: skip
