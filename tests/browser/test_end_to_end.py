"""A terminal, a browser and the deployed stack: a login from the first line to the token, and what must not happen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest
import requests
from playwright.sync_api import expect

from functions.api import ROUTES
from functions.domain.secret import Secret
from functions.wire.cookies import SESSION
from infra.page_files import WEB
from tests.browser.page_object import DevicePage
from tests.browser.terminal import AGENT, DEVICE_NAME, Terminal

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Response

    from infra.local.credentials import Person
    from tests.stack import Stack

NewTab = Callable[[], DevicePage]


@pytest.fixture
def new_tab(new_context: Callable[..., BrowserContext], stack: Stack) -> NewTab:
    """Open a tab in a browser of its own; the stack is behind it."""
    return lambda: DevicePage(new_context(base_url=stack.issuer).new_page())


@pytest.fixture
def terminal(stack: Stack) -> Terminal:
    """A login command that has just been run."""
    return Terminal.login(stack)


@pytest.fixture(scope="package")
def bob(stack: Stack) -> Person:
    """Another person with an account."""
    return stack.add_person("bob@example.com", "Bob")


def session_cookie(tab: DevicePage) -> dict[str, Any] | None:
    """Return the browser's session cookie."""
    return next((dict(cookie) for cookie in tab.page.context.cookies() if cookie.get("name") == SESSION), None)


def table_of(stack: Stack) -> list[Any]:
    """Return all that stands in the table."""
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.table, ConsistentRead=True)
    return sorted((item for page in pages for item in page["Items"]), key=str)


def all_of(response: Response, issuer: str) -> list[str]:
    """Return what one exchange showed the browser: address, headers both ways, and our own body."""
    heads = [response.url, str(response.request.all_headers()), str(response.all_headers())]
    has_body = response.url.startswith(issuer) and not 300 <= response.status < 400
    return [*heads, response.text()] if has_body else heads


@pytest.mark.row("D24", "D30", "D32", "D34", "D36")
def test_from_the_link_over_the_sign_in_to_the_token(terminal: Terminal, new_tab: NewTab, stack: Stack) -> None:
    tab = new_tab()
    visited: list[str] = []
    tab.page.on("request", lambda request: visited.append(request.url))

    tab.open(terminal.link).expect_state("signed-out")
    expect(tab.main).to_contain_text(terminal.code)
    tab.sign_in(stack.user).expect_state("entry")
    expect(tab.code_field).to_have_value(terminal.code)
    assert terminal.state() == "pending", "opening the link has claimed nothing"

    tab.go_on().expect_state("confirm")
    expect(tab.heading).to_have_text("Does your terminal show this code?")
    expect(tab.shown_code).to_have_text(terminal.code)
    for words in ("Demo CLI", "See your deployments", stack.user.email, "127.0.0.1", "90 days", "deny"):
        expect(tab.main).to_contain_text(words)
    for words in (DEVICE_NAME, AGENT):
        expect(tab.page.locator(".claimed")).to_contain_text(words)
    assert terminal.poll()["error"] == "authorization_pending"

    tab.decide("approve")
    expect(tab.heading).to_have_text("Return to your terminal")
    terminal.collect()
    assert [url for url in visited if terminal.code in url] == [terminal.link], "only the link itself carries the code"


def tab_to(tab: DevicePage, target: Locator) -> None:
    """Press Tab until the target has the focus, as somebody without a mouse does."""
    expect(target).to_be_enabled()
    for _ in range(30):
        if target.evaluate("element => element === document.activeElement"):
            return
        tab.page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not lead there")


@pytest.mark.row("P4")
def test_from_the_link_to_the_terminal_with_the_keyboard_alone(terminal: Terminal, new_tab: NewTab, stack: Stack) -> None:
    """Nothing is clicked, filled in or focused but by keys, the identity provider's form included."""
    tab = new_tab().open(terminal.link).expect_state("signed-out")
    keyboard = tab.page.keyboard
    expect(tab.heading).to_be_focused()
    tab_to(tab, tab.sign_in_link)
    keyboard.press("Enter")
    for field, text in (("username", stack.user.email), ("password", stack.user.password)):
        tab_to(tab, tab.page.locator(f"input[name={field}]:visible"))
        keyboard.type(text)
    keyboard.press("Enter")

    tab.expect_state("entry")
    expect(tab.heading).to_be_focused()
    tab_to(tab, tab.button("Continue"))
    keyboard.press("Enter")
    tab.expect_state("confirm")
    expect(tab.heading).to_be_focused()
    tab_to(tab, tab.button("Approve"))
    keyboard.press("Enter")
    tab.expect_state("approved")
    expect(tab.heading).to_be_focused()
    expect(tab.heading).to_have_text("Return to your terminal")
    terminal.collect()


@pytest.mark.row("D30", "D31")
def test_a_code_typed_in_small_letters_and_denied(terminal: Terminal, new_tab: NewTab, stack: Stack) -> None:
    tab = new_tab().open(terminal.codes["verification_uri"]).sign_in(stack.user).expect_state("entry")
    tab.code_field.press_sequentially(terminal.code.lower().replace("-", " "))
    tab.go_on().decide("deny")

    assert terminal.poll()["error"] == "access_denied"


@pytest.mark.row("D33")
def test_no_get_and_no_head_changes_anything(terminal: Terminal, new_tab: NewTab, stack: Stack) -> None:
    tab = new_tab().open(terminal.link).sign_in(stack.user)
    tab.go_on().expect_state("confirm")
    before = table_of(stack)

    paths = (
        [route.path for route in ROUTES]
        + [f"/{file.name}" for file in WEB.iterdir()]
        + ["/", "/device", "/sessions", "/nowhere"]
    )
    query = f"?user_code={terminal.code}&decision=approve&state=x&code=x"
    for path in paths:
        for headers in ({}, {"Sec-Purpose": "prefetch;prerender"}, {"X-Tallystick": "1", "Origin": stack.issuer}):
            for method in ("GET", "HEAD"):
                address = f"{stack.issuer}{path}{query}"
                tab.page.context.request.fetch(address, method=method, headers=headers, max_redirects=0)

    assert table_of(stack) == before
    tab.decide("approve")


@pytest.mark.row("D33")
def test_following_every_link_of_both_pages_signed_in_leaves_the_login_pending(
    terminal: Terminal, new_tab: NewTab, stack: Stack
) -> None:
    """What a crawler, a preview or a curious person does: each address of each view opened, prefetched and reloaded."""
    tab = new_tab().open(terminal.link).sign_in(stack.user).expect_state("entry")
    collected = """
        [document, ...[...document.querySelectorAll("template")].map((template) => template.content)]
            .flatMap((root) => [...root.querySelectorAll("[href], [src], [action]")])
            .map((element) => element.getAttribute("href") ?? element.getAttribute("src") ?? element.getAttribute("action"))
    """
    links: set[str] = set()
    for path in ("/device", "/sessions"):
        visitor = DevicePage(tab.page.context.new_page())
        visitor.page.goto(path)
        visitor.expect_state("entry", "none", "sessions", "confirm")
        links |= {urljoin(stack.issuer, link) for link in visitor.page.evaluate(collected)}
        visitor.page.close()
    assert f"{stack.issuer}/auth/login?fresh=1" in links
    before = terminal.grant()

    for link in sorted(link for link in links if link.startswith(stack.issuer) and "/auth/" not in link):
        visitor = DevicePage(tab.page.context.new_page())
        visitor.page.goto(link)
        visitor.page.reload()
        visitor.page.close()
    for link in links:
        for headers in ({}, {"Sec-Purpose": "prefetch;prerender"}):
            tab.page.context.request.get(link, headers=headers, max_redirects=0)

    assert terminal.grant() == before
    assert terminal.state() == "pending"
    tab.go_on().decide("approve")


def test_a_session_is_seen_renamed_and_reported_by_its_owner(terminal: Terminal, new_tab: NewTab, stack: Stack) -> None:
    tab = new_tab()
    tab.page.goto("/sessions")
    tab.expect_state("signed-out").sign_in_link.click()
    tab.at_the_provider(stack.user, "none", "sessions")
    tab.page.goto(terminal.link)
    tab.expect_state("entry").go_on().decide("approve")
    terminal.collect()
    tab.page.get_by_role("link", name="Your sessions").click()
    tab.expect_state("sessions")
    mine = tab.page.locator("#list > li").filter(has_text=DEVICE_NAME).first
    for words in ("Demo CLI", "127.0.0.1", "Rename"):
        expect(mine).to_contain_text(words)

    mine.get_by_role("button", name="Rename").click()
    tab.page.get_by_role("textbox", name="New name").fill("the old laptop")
    tab.page.keyboard.press("Enter")
    renamed = tab.page.locator("#list > li").filter(has_text="the old laptop")
    expect(renamed).to_have_count(1)
    renamed.get_by_role("button", name="This was not me").click()
    tab.expect_state("report").button("Log it out").click()
    tab.expect_state("reported").button("Your sessions").click()

    tab.expect_state("none", "sessions")
    expect(renamed).to_have_count(0)
    assert "session_reported" in "\n".join(stack.logs("sessions"))


@pytest.mark.row("D35", "W01")
def test_the_device_code_and_the_providers_tokens_never_reach_the_browser(
    terminal: Terminal, new_tab: NewTab, stack: Stack
) -> None:
    tab = new_tab()
    responses: list[Response] = []
    tab.page.on("response", lambda response: responses.append(response))  # noqa: PLW0108  Playwright marks what it calls
    seen: list[str] = []
    steps: tuple[Callable[[], DevicePage], ...] = (
        lambda: tab.open(terminal.link),
        lambda: tab.sign_in(stack.user),
        lambda: tab.go_on().expect_state("confirm"),
        lambda: tab.decide("approve"),
    )
    for step in steps:
        step()
        # At once: a browser keeps no body beyond the page that asked for it.
        seen += [what for response in responses for what in all_of(response, stack.issuer)]
        responses.clear()
        seen.append(tab.page.content())
    seen.append(str(tab.page.context.storage_state()))
    token = terminal.collect()

    everything = "\n".join(seen)
    assert terminal.code in everything, "the net catches what is there"
    assert terminal.codes["device_code"] not in everything
    assert not re.search(r"eyJ[\w-]+\.eyJ[\w-]+\.", everything), "no JWT of anyone"
    logs = "\n".join(line for function in ("issue", "poll", "approve", "signin") for line in stack.logs(function))
    assert logs
    for secret in (terminal.codes["device_code"], terminal.code, token):
        assert secret not in logs


@pytest.mark.row("D39")
def test_an_expired_code_says_so_and_shows_no_consent(terminal: Terminal, new_tab: NewTab, stack: Stack) -> None:
    terminal.expire()
    tab = new_tab().open(terminal.link).sign_in(stack.user).go_on().expect_state("expired")

    expect(tab.main).to_contain_text("Run the login command again")
    expect(tab.button("Approve")).to_have_count(0)


@pytest.mark.row("D40", "D41", "W14")
def test_wrong_used_and_foreign_codes_look_the_same(terminal: Terminal, new_tab: NewTab, stack: Stack, bob: Person) -> None:
    ada = new_tab().open(terminal.link).sign_in(stack.user).go_on().expect_state("confirm")
    denied, redeemed = Terminal.login(stack), Terminal.login(stack)
    second = new_tab().open("/device").sign_in(stack.user)
    second.enter(denied.code).decide("deny")
    second.page.goto("/device")
    second.enter(redeemed.code).decide("approve")
    approved_again = new_tab().open("/device").sign_in(stack.user).enter(redeemed.code).expect_state("unknown")
    redeemed.collect()

    looks = [approved_again.main.inner_text().replace(redeemed.code, "")]
    tab = new_tab().open("/device").sign_in(bob)
    for code in (terminal.code, denied.code, redeemed.code, "BCDF-GHJK"):
        tab.page.goto("/device")
        tab.enter(code).expect_state("unknown")
        looks.append(tab.main.inner_text())

    assert len(set(looks[1:])) == 1
    assert looks[0].replace(stack.user.email, "") != looks[0], "the same words, but for who is signed in"
    ada.decide("approve")
    terminal.collect()


@pytest.mark.row("W14")
def test_another_account_in_the_same_browser_cannot_decide_on_an_open_question(
    terminal: Terminal, new_tab: NewTab, stack: Stack, bob: Person
) -> None:
    ada = new_tab().open(terminal.link).sign_in(stack.user).go_on().expect_state("confirm")
    elsewhere = DevicePage(ada.page.context.new_page())
    elsewhere.page.goto("/auth/login?fresh=1")
    elsewhere.at_the_provider(bob)

    ada.button("Approve").click()

    ada.expect_state("unknown")
    assert terminal.poll()["error"] == "authorization_pending"


@pytest.mark.row("W02", "W14")
def test_the_session_is_new_at_each_sign_in_and_gone_after_sign_out(new_tab: NewTab, stack: Stack) -> None:
    tab = new_tab().open("/device").sign_in(stack.user)
    first = session_cookie(tab)
    assert first
    assert (first["secure"], first["httpOnly"], first["sameSite"], first["path"]) == (True, True, "Strict", "/")

    tab.page.goto("/auth/login?fresh=1")
    tab.at_the_provider(stack.user)
    second = session_cookie(tab)
    assert second
    assert second["value"] != first["value"]

    tab.button("Use another account").click()
    tab.page.locator("input[name=username]:visible").wait_for()
    assert session_cookie(tab) is None
    for cookie in (first, second):
        who = requests.get(f"{stack.issuer}/auth/session", headers={"Cookie": f"{SESSION}={cookie['value']}"}, timeout=30)
        assert who.json() == {"signed_in": False}


def test_use_another_account_hands_the_open_code_over(
    terminal: Terminal, new_tab: NewTab, stack: Stack, bob: Person
) -> None:
    tab = new_tab().open(terminal.link).sign_in(bob).go_on().expect_state("confirm")
    expect(tab.main).to_contain_text(bob.email)
    tab.button("Use another account").click()
    tab.at_the_provider(stack.user).expect_state("confirm")

    expect(tab.shown_code).to_have_text(terminal.code)
    expect(tab.main).to_contain_text(stack.user.email)
    expect(tab.main).not_to_contain_text(bob.email)
    tab.decide("approve")
    terminal.collect()


@pytest.mark.row("W13")
def test_an_old_sign_in_must_be_renewed_and_comes_back_to_the_same_code(
    terminal: Terminal, new_tab: NewTab, stack: Stack
) -> None:
    tab = new_tab().open(terminal.link).sign_in(stack.user).go_on().expect_state("confirm")
    cookie = session_cookie(tab)
    assert cookie
    stack.client("dynamodb").update_item(
        TableName=stack.table,
        Key={"pk": {"S": f"browser#{Secret(cookie['value']).digest()}"}, "sk": {"S": "session"}},
        UpdateExpression="SET auth_time = auth_time - :day",
        ExpressionAttributeValues={":day": {"N": "86400"}},
    )

    tab.button("Approve").click()
    tab.expect_state("fresh-sign-in")
    assert terminal.poll()["error"] == "authorization_pending"
    tab.sign_in(stack.user).expect_state("confirm")

    expect(tab.shown_code).to_have_text(terminal.code)
    tab.decide("approve")


def test_the_deployed_page_is_the_one_in_git(stack: Stack) -> None:
    for file in (file for file in WEB.rglob("*") if file.is_file()):
        path = "/" + file.relative_to(WEB).as_posix().removesuffix(".html")
        answer = requests.get(stack.issuer + path, timeout=30)
        assert answer.content == file.read_bytes(), path
