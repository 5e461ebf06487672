"""How the page looks: readable in light and dark, and whole on a narrow screen."""

import pytest
from playwright.async_api import expect

from .acts import DANA, JANE, SAM, card, escalate, race, resolve, told
from .conftest import NARROW

# Every visible text against the ground that is painted behind it: (ratio, color, ground, words) below WCAG AA.
TOO_FAINT = """() => {
  const numbers = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const channel = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (element) => {
    for (let here = element; here; here = here.parentElement) {
      const color = numbers(getComputedStyle(here).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest('.sr-only')) continue;
    const style = getComputedStyle(element);
    const [one, other] = [light(numbers(style.color)), light(ground(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) found.push([ratio.toFixed(2), style.color, ground(element), element.textContent.slice(0, 40)]);
  }
  return found;
}"""
# What is wider than the screen, but for what scrolls or is cut with an ellipsis by itself.
TOO_WIDE = """() => [...document.querySelectorAll('*')]
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 0.5)
  .filter((e) => !e.closest('.chips, .sr-only, #traffic-last, #accounts-brief'))
  .map((e) => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out(open_page, scheme):
    page = await open_page(scheme=scheme)
    assert await page.evaluate(TOO_FAINT) == []
    await escalate(page)
    assert await page.evaluate(TOO_FAINT) == []
    winner, _ = await race(page)
    await page.click(".traffic summary")
    await page.locator(f"{DANA} .json-toggle").first.click()
    assert await page.evaluate(TOO_FAINT) == []
    await page.click(".accounts summary")
    assert await page.evaluate(TOO_FAINT) == []
    await page.fill(f"{JANE} .composer textarea", "/escalate")
    await page.press(f"{JANE} .composer textarea", "Enter")
    await page.click(f"{JANE} .dialog button[type=submit]")
    await expect(page.locator(f"{JANE} .error")).to_be_visible()
    assert await page.evaluate(TOO_FAINT) == []
    await resolve(page, winner)
    await expect(card(page, DANA)).to_contain_text("Resolved by")
    assert await page.evaluate(TOO_FAINT) == []


async def test_dark_is_dark(open_page):
    page = await open_page(scheme="dark")
    ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert all(int(part) < 60 for part in ground.removeprefix("rgb(").removesuffix(")").split(","))


async def test_the_main_job_on_a_narrow_screen(open_page):
    page = await open_page(NARROW)

    async def bring(name):
        await page.get_by_role("navigation").get_by_role("button", name=name).click()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        assert await page.evaluate(TOO_WIDE) == []

    await bring("Jane")
    await expect(page.locator(DANA)).to_be_hidden()
    await escalate(page, "Outlookwithoutanyspaceinitsnamewhichgoesonandonandneverends #12345 !critical")
    await bring("Sam")
    await expect(card(page, SAM)).to_be_visible()
    winner, loser = await race(page)
    names = {DANA: "Dana", SAM: "Sam"}
    await bring(names[loser])
    await expect(told(page, loser)).to_contain_text("Already picked up by")
    await expect(told(page, loser)).to_be_in_viewport()
    await page.locator(f"{loser} .messages:visible .json-toggle").last.click()
    assert await page.evaluate(TOO_WIDE) == []
    await bring(names[winner])
    await resolve(page, winner)
    await bring("Jane")
    await expect(card(page, JANE)).to_contain_text("Resolved by")
    for panel in (".traffic", ".accounts"):
        await page.click(f"{panel} summary")
        assert await page.evaluate(TOO_WIDE) == []
