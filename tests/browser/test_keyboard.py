"""The main job by keyboard alone, and what a screen reader is told."""

from playwright.async_api import Page, expect

from .acts import DANA, JANE, NOTE, SAM, card, told

FOCUSED = """selector => {
  const here = document.activeElement;
  if (here === document.body) return [false, true];
  const { outlineStyle, outlineWidth } = getComputedStyle(here);
  const ring = getComputedStyle(here.parentElement).boxShadow;
  const shown = (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) || ring.includes('1.5px');
  return [here.matches(selector), shown];
}"""


async def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Press Tab until the focus is there; every stop on the way must show where it is."""
    for _ in range(80):
        there, shown = await page.evaluate(FOCUSED, selector)
        assert shown, await page.evaluate("document.activeElement.outerHTML")
        if there:
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{selector} can't be reached with {key}")


async def test_the_main_job_by_keyboard(open_page):
    page = await open_page()
    await tab_to(page, f"{JANE} .composer textarea")
    await page.keyboard.type("/escalate Outlook not syncing #12345")
    await page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog", name="Escalate")
    await expect(dialog.get_by_label("Problem")).to_be_focused()
    await expect(dialog.get_by_label("Problem")).to_have_value("Outlook not syncing")
    await tab_to(page, "[data-field=priority]")
    await page.keyboard.press("c")
    await tab_to(page, f"{JANE} .dialog button[type=submit]")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Baton")).to_contain_text("Recorded:")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator(f"{JANE} .composer textarea")).to_be_focused()
    await expect(card(page, DANA)).to_contain_text("Priority: Critical")

    await tab_to(page, f"{DANA} [data-press='baton.claimed']")
    await page.keyboard.press("Enter")
    await expect(told(page, DANA)).to_contain_text("It's yours")
    # The pressed button is gone with the card's new drawing; the focus stays on the card.
    await expect(page.locator(f"{DANA} .message:focus")).to_contain_text("It's yours")
    await tab_to(page, f"{JANE} [data-press='baton.released']", "Shift+Tab")
    await page.keyboard.press("Space")
    await expect(told(page, JANE)).to_contain_text("Dana Ruiz picked this up")

    await tab_to(page, f"{DANA} [data-press='show Resolve']")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Note")).to_be_focused()
    await page.keyboard.type(NOTE)
    await tab_to(page, f"{DANA} [data-press='baton.resolved']")
    await page.keyboard.press("Enter")
    await expect(card(page, SAM)).to_contain_text("Resolved by Dana Ruiz")


async def test_focus_stays_in_the_form_and_escape_closes_it(open_page):
    page = await open_page()
    await tab_to(page, f"{JANE} .composer textarea")
    await page.keyboard.type("/escalate")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-field=problem]")).to_be_focused()
    inside = "document.activeElement.closest('.dialog') !== null"
    for key in ["Tab"] * 14 + ["Shift+Tab"] * 14:
        await page.keyboard.press(key)
        assert await page.evaluate(inside), key
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator(f"{JANE} .composer textarea")).to_be_focused()


async def test_arrow_keys_change_the_conversation(open_page):
    page = await open_page()
    await tab_to(page, f"{JANE} [role=tab]")
    await page.keyboard.press("ArrowRight")
    await expect(page.locator(f"{JANE} [role=tab]").last).to_be_focused()
    await expect(page.locator(f"{JANE} [role=tab]").last).to_have_attribute("aria-selected", "true")
    await expect(page.get_by_role("tabpanel", name="Baton").first).to_be_visible()


async def test_what_arrives_is_announced(open_page):
    page = await open_page()
    await tab_to(page, f"{JANE} .composer textarea")
    await page.keyboard.type("/escalate now Outlook not syncing #12345")
    await page.keyboard.press("Enter")
    said = page.locator("#announcer")
    await expect(said).to_contain_text("Jane, only visible to Jane: Recorded: Escalation from Jane Novak · #12345")
    await expect(said).to_contain_text("Dana, Escalations: Escalation from Jane Novak · #12345: Outlook not syncing.")
