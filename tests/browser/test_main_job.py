"""The main job on the page: escalate, race, release, resolve; and what everybody sees of it."""

import json

from playwright.async_api import expect

from .acts import DANA, JANE, NOTE, PROBLEM, SAM, card, escalate, race, resolve, told

FULL = {DANA: "Dana Ruiz", SAM: "Sam Okafor"}


async def test_escalate_race_release_resolve(open_page):
    page = await open_page()
    await escalate(page)
    for pane in (JANE, DANA, SAM):
        await expect(card(page, pane)).to_contain_text(f"Escalation from Jane Novak · #12345: {PROBLEM}")
        await expect(card(page, pane)).to_contain_text("Waiting to be picked up")

    winner, loser = await race(page)
    await expect(told(page, winner)).to_contain_text("It's yours: you picked this up.")
    await expect(told(page, loser)).to_contain_text(f"Already picked up by {FULL[winner]}")
    await expect(told(page, loser)).to_contain_text("nly visible to")
    await expect(page.locator("#result")).to_contain_text(f"Already picked up by {FULL[winner]}")
    for pane in (JANE, DANA, SAM):
        await expect(card(page, pane)).to_contain_text(f"Picked up by {FULL[winner]}")
        await expect(card(page, pane).get_by_role("button", name="Pick Up")).to_have_count(0)

    await card(page, winner).get_by_role("button", name="Release").click()
    for pane in (JANE, DANA, SAM):
        await expect(card(page, pane)).to_contain_text("Waiting to be picked up")
    await card(page, loser).get_by_role("button", name="Pick Up").click()
    await expect(told(page, loser)).to_contain_text("It's yours")
    await expect(card(page, winner)).to_contain_text(f"Picked up by {FULL[loser]}")

    await resolve(page, loser)
    for pane in (JANE, DANA, SAM):
        await expect(card(page, pane)).to_contain_text(f"Resolved by {FULL[loser]}")
        await expect(card(page, pane)).to_contain_text(NOTE)
        await expect(card(page, pane).get_by_role("button")).to_have_count(1 if pane != DANA else 0)  # JSON in Slack

    await page.click(f"{JANE} .tab:has-text('Baton')")
    letters = page.locator(f"{JANE} .messages:visible .message")
    await expect(letters.last).to_contain_text(f"{FULL[loser]} resolved your escalation.")
    await letters.last.get_by_role("button", name="Open the card").click()
    await expect(page.locator(f"{JANE} .message:focus")).to_contain_text(f"Resolved by {FULL[loser]}")
    await expect(page.locator(".cant-draw")).to_have_count(0)


async def test_the_json_that_was_sent_is_shown_and_stays_open(open_page):
    page = await open_page()
    await escalate(page)
    for pane, kind in ((SAM, "blocks"), (DANA, "attachments")):
        await page.locator(f"{pane} .messages:visible .json-toggle").last.click()
        assert kind in json.loads(await page.locator(f"{pane} .json pre:visible").text_content())
    await race(page)
    for pane in (SAM, DANA):
        shown = page.locator(f"{pane} .messages:visible .json pre:visible")
        await expect(shown).to_contain_text("Picked up by")


async def test_jane_cannot_pick_up_her_own(open_page):
    page = await open_page()
    await escalate(page)
    await card(page, JANE).get_by_role("button", name="Pick Up").click()
    await expect(told(page, JANE)).to_contain_text("You escalated this yourself")


# What the page does when the state holds a new version of a message, at a moment of the test's choosing.
REDRAW = """async () => {
  const { drawMessage, replaceMessage } = await import("/message.js");
  const state = await (await fetch("/api/state")).json();
  const message = state.panes[1].conversations[0].messages.at(-1);
  const old = document.querySelector(`#pane-dana [data-id="${message.id}"]`);
  replaceMessage(old, drawMessage(message, "Dana", () => {}));
}"""


async def test_a_note_survives_the_card_being_redrawn_meanwhile(open_page):
    page = await open_page()
    await escalate(page)
    await card(page, DANA).get_by_role("button", name="Pick Up").click()
    await expect(card(page, SAM)).to_contain_text("Picked up by")
    await card(page, DANA).get_by_role("button", name="Resolve").first.click()
    note = page.locator(f"{DANA} [data-input=note]")
    await note.press_sequentially("Half a ")
    await page.evaluate(REDRAW)
    await expect(note).to_be_visible()
    await expect(note).to_be_focused()
    await expect(note).to_have_value("Half a ")


async def test_a_second_page_shows_the_same_and_a_reload_loses_nothing(open_page):
    page, other = await open_page(), await open_page()
    await escalate(page)
    await expect(card(other, DANA)).to_contain_text(PROBLEM)
    await other.reload()
    await expect(card(other, SAM)).to_contain_text(PROBLEM)


async def test_the_log_names_both_ways(open_page):
    page = await open_page()
    await escalate(page)
    await page.click(".traffic summary")
    await expect(page.locator("#traffic-list .incoming").first).to_contain_text("Jane's Slack → Baton")
    await expect(page.locator("#traffic-list .outgoing:has-text('chat.postMessage')").first).to_contain_text("ok")
