"""What people do on the page, by mouse, and what they read there."""

from playwright.async_api import Page, expect

JANE, DANA, SAM = "#pane-jane", "#pane-dana", "#pane-sam"
PROBLEM = "Outlook not syncing for the whole finance team"
NOTE = "Cleared the profile cache; it syncs again."


async def write(page: Page, pane: str, text: str) -> None:
    """Type into a pane's composer and press Enter."""
    await page.fill(f"{pane} .composer textarea", text)
    await page.press(f"{pane} .composer textarea", "Enter")


async def escalate(page: Page, text: str = f"{PROBLEM} #12345 !high") -> None:
    """Escalate through the form, and wait for both cards."""
    await write(page, JANE, f"/escalate {text}")
    await page.fill(f"{JANE} [data-field=tried]", "Restarted Outlook, then the machine.")
    await page.click(f"{JANE} .dialog button[type=submit]")
    await expect(page.locator(f"{JANE} .dialog")).to_contain_text("Recorded:")
    await page.click(f"{JANE} .dialog-foot button")
    await expect(page.locator(f"{JANE} .dialog")).to_have_count(0)
    await expect(page.locator("#race")).to_have_attribute("aria-disabled", "false")


async def race(page: Page) -> tuple[str, str]:
    """Have both press Pick Up at once; answers the panes of winner and loser."""
    await page.click("#race")
    verdict = await page.locator("#result .verdict").text_content()
    assert verdict in ("Dana won.", "Sam won.")
    return (DANA, SAM) if verdict == "Dana won." else (SAM, DANA)


def told(page: Page, pane: str):
    """What this pane's person was last told in private."""
    return page.locator(f"{pane} .private, {pane} .answer").last


def card(page: Page, pane: str):
    """The newest card of a handoff in the conversation that this pane shows."""
    kind = ".ac-card" if pane == DANA else ".message:has(.bk-header)"
    return page.locator(f"{pane} .messages:visible {kind}").last


async def resolve(page: Page, pane: str, note: str = NOTE) -> None:
    """Resolve with a note: in Slack's form, or on Teams' card."""
    await card(page, pane).get_by_role("button", name="Resolve").first.click()
    if pane == DANA:
        await page.fill(f"{DANA} [data-input=note]", note)
        await page.click(f"{DANA} [data-press='baton.resolved']")
    else:
        await page.fill(f"{pane} [data-field=note]", note)
        await page.click(f"{pane} .dialog button[type=submit]")
        await expect(page.locator(f"{pane} .dialog")).to_contain_text("You resolved this.")
        await page.click(f"{pane} .dialog-foot button")
