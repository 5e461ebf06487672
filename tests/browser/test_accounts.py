"""Linking, people, roles and rooms on the page: said in both chats, and seen in the panel with the account."""

import re

import pytest
from playwright.async_api import Page, expect

from .acts import DANA, JANE, SAM, card, escalate, told, write

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture
async def page(open_page):
    """The page with the account's panel open."""
    page = await open_page()
    await page.click(".accounts summary")
    return page


def person(page: Page, name: str):
    return page.locator("#accounts li", has=page.locator(".name", has_text=name), has_not=page.locator(".icon"))


def room(page: Page, name: str):
    return page.locator("#accounts li", has=page.locator(".name .icon"), has_text=name)


async def chat(page: Page, pane: str) -> None:
    """Show the conversation with Baton."""
    await page.click(f"{pane} .tab:has-text('Baton')")


def shown(page: Page, pane: str):
    """The messages of the conversation that a pane shows."""
    return page.locator(f"{pane} .messages:visible .message")


async def test_the_page_begins_with_baton_installed_and_linked(page):
    await expect(told(page, SAM)).to_contain_text("who typed /baton link")
    await expect(shown(page, DANA)).to_contain_text("From now on escalations are shown")
    await chat(page, DANA)
    await expect(shown(page, DANA).nth(1)).to_contain_text("Joined: Acme Support Seniors")
    await expect(page.locator(".account")).to_have_count(1)
    await expect(page.locator(".account h2")).to_contain_text("Slack · Acme Support")
    await expect(page.locator(".account h2")).to_contain_text("Teams · Acme Support Seniors")
    await expect(person(page, "Sam Okafor")).to_contain_text("owner")
    await expect(room(page, "escalations")).to_have_count(2)
    await expect(page.locator("#accounts-brief")).to_contain_text("Sam owner")


async def test_a_role_that_is_given_in_slack_holds_in_teams(page):
    await escalate(page)
    await write(page, SAM, "/baton role @Dana viewer")
    await expect(told(page, SAM)).to_contain_text("viewer")
    # Nobody told Baton that the Dana of Slack is the one of Teams: their addresses are the same.
    await expect(person(page, "Dana Ruiz")).to_contain_text("viewerTeamsSlack · same e-mail address")
    await expect(person(page, "Dana Ruiz")).to_have_class("news")
    await card(page, DANA).get_by_role("button", name="Pick Up").click()
    await expect(told(page, DANA)).to_contain_text("You are a viewer here")
    await expect(card(page, SAM)).to_contain_text("Waiting to be picked up")

    await write(page, SAM, "/baton role @dana engineer")
    await expect(person(page, "Dana Ruiz")).to_contain_text("engineer")
    await card(page, DANA).get_by_role("button", name="Pick Up").click()
    await expect(card(page, SAM)).to_contain_text("Picked up by Dana Ruiz")


async def test_the_two_halves_are_parted_and_linked_again(page):
    await write(page, SAM, "/baton unlink Acme Support Seniors")
    await expect(page.locator(".account")).to_have_count(2)
    await expect(page.locator(".account", has_text="Sam Okafor").locator("h2")).not_to_contain_text("Teams")

    await write(page, SAM, "/baton link")
    await expect(told(page, SAM)).to_contain_text("The code is")
    code = CODE.search(await told(page, SAM).text_content())[0]
    await chat(page, DANA)
    await write(page, DANA, f"link {code.lower()}")
    await expect(page.locator(".account")).to_have_count(1)
    await expect(page.locator(".account h2")).to_contain_text("Teams · Acme Support Seniors")


async def test_a_room_is_lost_offered_and_shown_again(page):
    await write(page, SAM, "/remove @Baton")
    await expect(room(page, "#escalations")).to_have_count(0)
    await expect(room(page, "escalations")).to_have_count(1)
    await chat(page, SAM)
    await expect(shown(page, SAM).last).to_contain_text("Baton can't show escalations in #escalations any more")
    await page.click(f"{SAM} .tab:has-text('escalations')")
    await write(page, SAM, "/invite @Baton")
    await told(page, SAM).get_by_role("button", name="Show escalations here").click()
    await expect(room(page, "escalations")).to_have_count(2)
    await expect(told(page, SAM)).to_contain_text("From now on escalations are shown")
    await write(page, SAM, "/invite @Baton")
    await expect(page.locator(f"{SAM} .trouble")).to_have_text("Baton is in this channel already.")


async def test_baton_hears_what_is_written_to_it_in_teams(page):
    await write(page, DANA, "help")
    await expect(shown(page, DANA).last).to_contain_text("What Baton understands here:")
    await expect(shown(page, DANA).nth(-2)).to_contain_text("@Baton help")
    await write(page, DANA, "@Baton whoami")
    await expect(shown(page, DANA).last).to_contain_text("I've answered you in our chat.")
    await write(page, DANA, "role @Sam viewer")
    await expect(person(page, "Sam Okafor")).to_contain_text("ownerSlackTeams · same e-mail address")
    await chat(page, DANA)
    await expect(shown(page, DANA).last).to_contain_text("You may not make or unmake owners")
    await write(page, DANA, "role @Sam viewer")
    await expect(page.locator(f"{DANA} .trouble")).to_contain_text("say this in the channel")


async def test_whoami_is_answered_to_whoever_asks_alone(page):
    before = await shown(page, SAM).count()
    await write(page, JANE, "/baton whoami")
    await expect(told(page, JANE)).to_contain_text("Only visible to Jane, who typed /baton whoami")
    await expect(told(page, JANE)).to_contain_text("You are Jane Novak.")
    await expect(person(page, "Jane Novak")).to_contain_text("engineerdefaultSlack")
    await expect(shown(page, SAM)).to_have_count(before)
