"""The pages that somebody sees in a browser while installing Baton in Slack: short, plain, and without scripts."""

from dataclasses import dataclass
from html import escape

from adapters.slack import wording

# Nothing may be loaded, framed or kept, and no other site learns the address, which carries a secret for a moment.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# The way back to the start, from the address that Slack sends people to: /slack/oauth_redirect.
AGAIN = "install"


@dataclass(frozen=True, slots=True)
class Page:
    """A page in plain words; ``steps`` are what to do next, ``link`` the address of a button with ``label`` on it."""

    status: int
    title: str
    text: str
    steps: tuple[str, ...] = ()
    link: str = ""
    label: str = ""


def failed(status: int, text: str) -> Page:
    """Nothing was installed, why, and the way to begin again."""
    return Page(status, wording.NOT_INSTALLED, text, link=AGAIN, label=wording.INSTALL_AGAIN)


def installed(workspace: str, link: str) -> Page:
    """It worked; ``workspace`` is what people call theirs, ``link`` leads back there."""
    return Page(
        200, wording.INSTALLED, wording.installed_in(workspace), wording.NEXT_STEPS, link, wording.BACK_TO_SLACK
    )


def html(page: Page) -> str:
    """The whole page. Whatever it says is escaped."""
    steps = "".join(f"<li>{escape(step)}</li>" for step in page.steps)
    listed = f"<ol>{steps}</ol>" if steps else ""
    button = f'<p><a href="{escape(page.link)}">{escape(page.label)}</a></p>' if page.link else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(page.title)}</title>"
        "<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem}</style>"
        f"</head><body><h1>{escape(page.title)}</h1><p>{escape(page.text)}</p>{listed}{button}</body></html>"
    )
