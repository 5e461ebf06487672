"""A browser, the demo as its users start it, and a page on it that must stay free of errors."""

import asyncio
import re
import shutil
import signal
import sys
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

BATON = Path(sys.executable).with_name("baton")
NAMES = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = Path(__file__).parent
WIDE, NARROW = {"width": 1400, "height": 900}, {"width": 390, "height": 844}


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
async def browser():
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.fail(f"These tests need a browser on the PATH, one of: {', '.join(NAMES)}")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        await browser.close()


@pytest.fixture
async def demo():
    """The demo's address; it must stop well, with the page still open."""
    process = await asyncio.create_subprocess_exec(BATON, "demo", "--port", "0", stdout=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(30):
            line = (await process.stdout.readline()).decode()
        yield re.search(r"http://\S+:\d+", line)[0]
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def open_page(browser, demo):
    """Open the page; whatever it complains of, and whatever it asks of any other host, fails the test in the end."""
    complaints = []

    async def open_page(viewport=WIDE, scheme="light"):
        context = await browser.new_context(viewport=viewport, color_scheme=scheme, locale="en-US")
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.on("request", lambda asked: asked.url.startswith(demo) or complaints.append(f"asked for {asked.url}"))
        await page.goto(demo)
        await page.wait_for_selector("#pane-sam", state="attached")
        return page

    yield open_page
    assert complaints == []
