"""The page in a real browser: Debian's Chromium, driven by playwright, over a real server."""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from coach.errors import ModelError
from coach.settings import Settings, load_settings
from coach.types import Answer, Citation, Claim, Document, Finished, Found

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
QUESTION = "How many engineers does a director of engineering usually lead?"
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> What does a director do?"
LAST_TURN = "#talk .turn:last-child"


@contextmanager
def serving(coach) -> Iterator[str]:
    """A real server in a thread, on a free port; gives its address."""
    import uvicorn

    from coach.api import create_app
    from coach.ui import mount_ui

    config = uvicorn.Config(
        mount_ui(create_app(coach), coach), port=0, log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 30
        while not server.started:
            assert time.monotonic() < deadline and thread.is_alive(), "the server did not start"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def chromium():
    if not CHROMIUM:
        pytest.skip("THE PAGE WAS NOT TESTED: there is no Chromium here (apt-get install chromium, or set CHROMIUM)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Iterator[str]:
    from coach.build import build_coach

    coach = build_coach(load_settings(corpus=corpus, data_dir=tmp_path_factory.mktemp("page")))
    with serving(coach) as address:
        yield address


class Visitor:
    """A browser window with nothing remembered, that keeps what went wrong in it."""

    def __init__(self, browser, address, *, is_patient=True, **options):
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
        self.page = self.context.new_page()
        self.address, self.faults, self.hosts = address, [], set()
        self.page.on("console", lambda m: m.type in ("error", "warning") and self.faults.append(m.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        if is_patient:
            self.open()

    def open(self):
        self.page.goto(self.address)
        self.page.wait_for_selector("#first-paint", state="detached")

    def send(self, question):
        self.page.fill("#question textarea", question)
        self.page.press("#question textarea", "Enter")

    def ask(self, question):
        before = self.turns()
        self.send(question)
        self.wait_for_turn(before + 1)

    def turns(self):
        return self.page.locator("#talk .turn").count()

    def wait_for_turn(self, number):
        self.page.wait_for_selector(f'#talk .turn:nth-child({number})[data-state="done"]', timeout=20_000)

    def text(self, selector):
        return self.page.locator(selector).inner_text()

    def is_wider_than_its_window(self):
        return self.page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.fixture
def visit(chromium) -> Iterator:
    visitors = []

    def visit(address, **options):
        visitors.append(Visitor(chromium, address, **options))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.context.close()


def test_a_marker_opens_the_quote_highlighted_in_its_guide(site, visit):
    visitor = visit(site)
    visitor.ask(QUESTION)
    cited = httpx.post(f"{site}/v1/ask", json={"question": QUESTION}, timeout=30).json()["citations"][0]
    visitor.page.locator(f"{LAST_TURN} .marker", has_text="1").first.click()
    mark = visitor.page.wait_for_selector("#reader mark")
    document = httpx.get(f"{site}/v1/documents/{cited['document_id']}").json()
    assert mark.text_content() == cited["quote"] == document["text"][cited["start"] : cited["end"]]
    assert visitor.text("#reader h1") == cited["title"]
    box, window = mark.bounding_box(), visitor.page.viewport_size
    assert 0 <= box["y"] < window["height"] and 0 <= box["x"] < window["width"]
    assert visitor.page.locator("#reader h2, #reader h3").count() > 3
    assert visitor.faults == []


def test_the_page_is_readable_at_once_and_asks_no_other_host(site, visit):
    visitor = visit(site)
    painted = visitor.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert painted < 2000
    visitor.ask(QUESTION)
    visitor.page.locator(f"{LAST_TURN} .source").first.click()
    visitor.page.wait_for_selector("#reader mark")
    assert visitor.hosts <= {"", urlsplit(site).netloc}
    assert visitor.faults == []


def test_a_question_clicked_before_the_page_is_up_is_asked(site, visit):
    visitor = visit(site, is_patient=False)
    held, clicked = [], threading.Event()
    visitor.page.route("**/assets/*.js", lambda route: route.continue_() if clicked.is_set() else held.append(route))
    visitor.page.goto(site, wait_until="commit")
    starter = visitor.page.locator("#first-paint .ask").nth(1)
    question = starter.inner_text()
    starter.click()
    clicked.set()
    for request in held:
        request.continue_()
    visitor.wait_for_turn(1)
    assert visitor.text(f"{LAST_TURN} .question") == question


def test_a_hostile_question_is_only_words(site, visit):
    visitor = visit(site)
    visitor.ask(HOSTILE)
    assert visitor.text(f"{LAST_TURN} .question") == HOSTILE
    assert visitor.page.locator("#talk img, #talk script").count() == 0
    assert visitor.faults == []


def test_markup_that_got_in_would_not_run(site, visit):
    visitor = visit(site)
    visitor.page.evaluate(
        "document.querySelector('#talk').insertAdjacentHTML('beforeend', '<img src=x: onerror=alert(1)>')"
    )
    visitor.page.wait_for_timeout(300)
    assert not [fault for fault in visitor.faults if fault.startswith("dialog")]
    assert [fault for fault in visitor.faults if "Content Security Policy" in fault]


def test_what_the_guides_do_not_cover_is_declined_with_a_way_on(site, visit):
    visitor = visit(site)
    visitor.ask("What is the best pizza in Naples?")
    card = visitor.page.locator(f"{LAST_TURN} .abstention")
    assert card.count() == 1 and card.locator("p").first.inner_text()
    chip = visitor.page.locator(f"{LAST_TURN} .chips .ask").first
    question = chip.inner_text()
    chip.click()
    visitor.wait_for_turn(2)
    assert visitor.text(f"{LAST_TURN} .question") == question
    assert visitor.page.locator(f"{LAST_TURN} .marker").count() > 0


def test_a_starter_asks_itself_and_a_new_conversation_is_empty(site, visit):
    visitor = visit(site)
    visitor.page.locator("#talk .starters .ask").first.click()
    visitor.wait_for_turn(1)
    assert visitor.page.locator(f"{LAST_TURN} .answer").count() == 1
    visitor.page.click("#clear")
    visitor.page.wait_for_selector("#talk .welcome")
    assert visitor.turns() == 0
    visitor.ask(QUESTION)
    assert visitor.turns() == 1


def test_the_keyboard_is_enough(site, visit):
    visitor = visit(site)
    page = visitor.page
    page.keyboard.type("How many engineers")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("does a director of engineering usually lead?")
    assert visitor.turns() == 0 and "\n" in page.input_value("#question textarea")
    page.keyboard.press("Enter")
    visitor.wait_for_turn(1)
    assert page.input_value("#question textarea") == ""
    marker = page.locator(f"{LAST_TURN} .marker").first
    marker.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#reader mark")
    page.wait_for_function("document.activeElement.id === 'quote'")
    page.keyboard.press("Escape")
    assert page.locator("#reader").is_hidden()
    assert marker.evaluate("element => element === document.activeElement")


def test_screen_readers_hear_the_answer_and_who_a_marker_leads_to(site, visit):
    visitor = visit(site)
    visitor.ask(QUESTION)
    live = visitor.page.locator("[aria-live=polite].unseen")
    assert "15 to 50" in live.text_content() and "[1]" not in live.text_content()
    assert visitor.page.get_by_role("link", name=re.compile("^Source 1: ")).count() == 1
    assert visitor.page.get_by_role("textbox", name="Your question").count() == 1
    visitor.page.locator(f"{LAST_TURN} .marker").first.hover()
    assert "15 to 50" in visitor.page.get_by_role("tooltip").inner_text()


def test_a_phone_shows_everything_in_its_width(site, visit):
    visitor = visit(site, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert not visitor.is_wider_than_its_window()
    visitor.ask(QUESTION)
    visitor.page.locator(f"{LAST_TURN} .marker").first.tap()
    mark = visitor.page.wait_for_selector("#reader mark")
    assert not visitor.is_wider_than_its_window()
    assert visitor.page.locator("#reader").bounding_box()["y"] > 844 * 0.3
    assert 844 * 0.3 < mark.bounding_box()["y"] < 844
    box = visitor.page.locator("#composer")
    assert box.bounding_box()["width"] <= 390


def test_a_dark_window_is_dark_and_legible(site, visit):
    page = visit(site, color_scheme="dark").page
    light = "c => c.match(/[\\d.]+/g).slice(0, 3).map(Number).reduce((a, b) => a + b) / 3"
    paper = page.evaluate(f"({light})(getComputedStyle(document.body).backgroundColor)")
    ink = page.evaluate(f"({light})(getComputedStyle(document.querySelector('.welcome h1')).color)")
    assert paper < 40 and ink > 200


def test_a_question_that_is_too_long_is_kept_and_counted(site, visit):
    visitor = visit(site)
    visitor.send("why " * 2500)
    note = visitor.page.wait_for_selector(".length-note:not([hidden])")
    assert "10,000 characters; 8,000 can be asked" in note.inner_text()
    assert visitor.turns() == 0 and len(visitor.page.input_value("#question textarea")) == 10_000


def test_a_guide_can_be_read_in_a_window_of_its_own(site, visit):
    visitor = visit(site)
    visitor.ask(QUESTION)
    page = visitor.context.new_page()
    page.goto(site + visitor.page.locator(f"{LAST_TURN} .marker").first.get_attribute("href"))
    box = page.locator("mark#quote").bounding_box()
    assert 0 <= box["y"] < 860
    assert page.evaluate("scrollY") > 0


class SlowCoach:
    """Answers when it is let, or fails; keeps what it was asked."""

    settings = Settings()
    text = "A director leads 15 to 50 engineers."

    def __init__(self):
        self.may_answer = threading.Event()
        self.asked = []

    def starters(self):
        return ()

    def documents(self):
        return []

    def document(self, document_id):
        return Document("ladder", "The ladder", "A guide", self.text, ())

    def stream(self, question, history=()):
        self.asked.append((question, len(history)))
        yield Found(())
        if question == "fail":
            raise ModelError("The model is down.", remedy="Try again in a moment.")
        if question == "wait":
            self.may_answer.wait(20)
        cited = Citation(1, "ladder", "The ladder", "A guide", (), self.text, 0, len(self.text))
        claim = Claim(self.text, 0, len(self.text), (1,), "supported", 1.0)
        yield Finished(
            Answer("a", question, question, f"{self.text} [1]", (claim,), (cited,), "quoted", "quoting", "f")
        )


@pytest.fixture
def slow() -> Iterator[tuple[SlowCoach, str]]:
    coach = SlowCoach()
    with serving(coach) as address:
        yield coach, address
        coach.may_answer.set()


def test_a_failed_answer_leaves_the_page_usable(slow, visit):
    coach, address = slow
    visitor = visit(address)
    visitor.ask("fail")
    assert visitor.text(f"{LAST_TURN} [role=alert]").split("\n\n") == ["The model is down.", "Try again in a moment."]
    visitor.ask("again")
    assert visitor.page.locator(f"{LAST_TURN} .marker").count() == 1
    visitor.ask("and then?")
    assert coach.asked == [("fail", 0), ("again", 0), ("and then?", 2)]


def test_a_slow_answer_can_be_stopped_and_holds_up_nobody_else(slow, visit):
    coach, address = slow
    first, second = visit(address), visit(address)
    first.send("wait")
    first.page.wait_for_selector('#talk .turn[data-state="pending"]')
    second.ask("quick")
    assert second.turns() == 1 and "wait" not in second.text("#talk")
    assert first.page.locator("#send").is_hidden()
    first.page.click("#stop")
    first.wait_for_turn(1)
    assert "Stopped." in first.text(LAST_TURN)
    first.ask("quick")
    assert first.turns() == 2 and ("quick", 0) in coach.asked


def test_a_no_under_an_answer_is_kept_and_stays_pressed(tmp_path, corpus, visit):
    from coach.build import build_coach
    from coach.feedback import FeedbackStore, get_store_path, watch

    coach = watch(build_coach(load_settings(corpus=corpus, data_dir=tmp_path, feedback=True)))
    with serving(coach) as address:
        visitor = visit(address)
        visitor.ask(QUESTION)
        button = visitor.page.locator(f'{LAST_TURN} .vote [data-vote="down"]')
        with visitor.page.expect_response("**/page/vote") as reply:
            button.click()
        assert reply.value.status == 204
        assert button.get_attribute("aria-pressed") == "true"
        visitor.ask("And a VP?")
        first = visitor.page.locator('#talk .turn:first-child .vote [data-vote="down"]')
        assert first.get_attribute("aria-pressed") == "true"
        assert visitor.faults == []
    assert [e.vote for e in FeedbackStore(get_store_path(coach.settings)).entries()] == ["down"]
