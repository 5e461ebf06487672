"""The forms on the page: words are kept, errors stand at their fields, nothing typed can fire."""

import re

import pytest
from playwright.async_api import expect

from .acts import DANA, JANE, SAM, card, escalate, race, resolve, told, write

HOSTILE = "<img src=x onerror=alert(1)> <!channel> <@U0SAM0001> [x](javascript:alert(2)) {{DATE(2026-01-01T00:00:00Z)}}"


async def test_what_is_wrong_is_said_at_the_field_and_every_word_kept(open_page):
    page = await open_page()
    await write(page, JANE, "/escalate")
    await page.fill("[data-field=tried]", "First line\nsecond line")
    await page.fill("[data-field=customer]", "Contoso")
    await page.fill("[data-field=ticket]", "the red one")
    await page.click(".dialog button[type=submit]")
    # Slack's own client holds an empty required field back before Baton hears of it.
    await expect(page.locator("[data-field=problem]")).to_have_accessible_description(
        "Please complete this required field. One line. Others see it first."
    )
    await expect(page.locator("[data-field=problem]")).to_be_focused()

    await page.fill("[data-field=problem]", "Printer prints blank pages")
    await page.select_option("[data-field=target]", label="Jane Novak")
    await page.click(".dialog button[type=submit]")
    ticket = page.locator("[data-field=ticket]")
    await expect(ticket).to_have_attribute("aria-invalid", "true")
    await expect(ticket).to_have_accessible_description(re.compile("^That doesn't look like a ticket number\\."))
    await expect(ticket).to_be_focused()
    kept = {"problem": "Printer prints blank pages", "tried": "First line\nsecond line", "customer": "Contoso"}
    for field, words in kept.items():
        await expect(page.locator(f"[data-field={field}]")).to_have_value(words)

    await ticket.fill("#77")
    await page.click(".dialog button[type=submit]")
    target = page.locator("[data-field=target]")
    await expect(target).to_have_accessible_description(re.compile("^You can't aim an escalation at yourself\\."))
    await expect(target).to_be_focused()
    await expect(target).to_have_value("U0JANE001")
    await target.select_option(label="Sam Okafor")
    await page.click(".dialog button[type=submit]")
    await expect(page.locator(".dialog")).to_contain_text("Recorded:")
    await page.keyboard.press("Enter")
    await expect(card(page, DANA)).to_contain_text("Waiting for Sam Okafor; anyone else may pick it up too")
    await page.click(f"{SAM} .tab:has-text('Baton')")
    await expect(page.locator(f"{SAM} .messages:visible")).to_contain_text("Jane Novak asks you to pick this up.")


async def test_words_survive_the_form_being_updated_while_one_types(open_page):
    """Baton puts the rooms into the open form a moment after it opened it."""
    page = await open_page()
    await write(page, JANE, "/escalate")
    await page.locator("[data-field=problem]").press_sequentially("Typed at once, without waiting")
    await expect(page.locator(".dialog .bk-context")).to_contain_text("It will be shown in #escalations")
    await expect(page.locator("[data-field=problem]")).to_have_value("Typed at once, without waiting")
    await expect(page.locator("[data-field=problem]")).to_be_focused()


@pytest.mark.parametrize("way", ["form", "now"])
async def test_nothing_that_was_typed_fires(open_page, way):
    page = await open_page()
    if way == "form":
        await escalate(page, HOSTILE)
    else:
        await write(page, JANE, f"/escalate now {HOSTILE}")
    await expect(card(page, SAM)).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(card(page, DANA)).to_contain_text("<img src=x onerror=alert(1)>")
    winner, _ = await race(page)
    await resolve(page, winner, HOSTILE)
    await expect(card(page, SAM)).to_contain_text("Resolved by")
    await write(page, SAM, HOSTILE)
    await expect(page.locator(f"{JANE} .message").last).to_contain_text("<!channel>")
    for pane in (JANE, DANA, SAM):
        assert await page.locator(f"{pane} :is(img, a, mark, iframe)").count() == 0


async def test_a_problem_with_a_command_is_said_and_the_words_stay(open_page):
    page = await open_page()
    await write(page, JANE, "/remind me")
    await expect(page.locator(f"{JANE} .trouble")).to_have_text(
        "/remind is not a command here. Try /escalate or /baton."
    )
    await expect(page.locator(f"{JANE} .composer textarea")).to_have_value("/remind me")
    await write(page, JANE, "/escalate help")
    await expect(told(page, JANE)).to_contain_text("/escalate opens a form.")
    await expect(page.locator(f"{JANE} .trouble")).to_be_hidden()
