"""A person at a browser, who installs the app: cookies of their own, and redirects that they follow one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from types import TracebackType
from urllib.parse import urljoin, urlsplit

import aiohttp


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser was answered. ``location`` is where it is sent, "" if it stays."""

    status: int
    text: str
    location: str
    headers: Mapping[str, str]


class Browser:
    """One browser. ``reaches`` says where an address really is: {"https://baton.example": "http://127.0.0.1:3000"}.

    Cookies belong to a host, and secure ones go to https alone, or to this machine itself.
    """

    def __init__(self, reaches: Mapping[str, str] | None = None) -> None:
        self._reaches = dict(reaches or {})
        self._cookies: dict[str, SimpleCookie] = {}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Browser":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close its connections."""
        if self._session:
            await self._session.close()

    async def open(self, url: str, form: Mapping[str, str] | None = None) -> Page:
        """Go to an address, or send a form there; a redirect is not followed."""
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        real = next((url.replace(at, there, 1) for at, there in self._reaches.items() if url.startswith(at)), url)
        jar = self._cookies.setdefault(urlsplit(url).hostname or "", SimpleCookie())
        trusted = url.startswith("https:") or urlsplit(url).hostname in ("127.0.0.1", "localhost")
        sent = "; ".join(f"{name}={one.value}" for name, one in jar.items() if trusted or not one["secure"])
        async with self._session.request(
            "GET" if form is None else "POST",
            real,
            data=form,
            headers={"Cookie": sent} if sent else {},
            allow_redirects=False,
        ) as response:
            for line in response.headers.getall("Set-Cookie", ()):
                _keep(jar, line, trusted=trusted)
            location = response.headers.get("Location", "")
            text = await response.text()
            return Page(response.status, text, urljoin(url, location) if location else "", dict(response.headers))

    def cookies(self, host: str) -> dict[str, str]:
        """The cookies of a host, by name."""
        return {name: one.value for name, one in self._cookies.get(host, SimpleCookie()).items()}

    def keep(self, host: str, cookies: Mapping[str, str]) -> None:
        """Have cookies that were taken away before."""
        self._cookies.setdefault(host, SimpleCookie()).update(SimpleCookie(dict(cookies)))

    async def asked(self, install_url: str) -> Page:
        """Begin at Baton's page, as far as Slack's question; ``location`` is that question's address."""
        begun = await self.open(install_url)
        if not begun.location:
            return begun
        question = await self.open(begun.location)
        return Page(question.status, question.text, begun.location, question.headers)

    async def answer(self, question: Page, place: str, user: str, *, allow: bool = True) -> Page:
        """Answer the question for a team or an enterprise; ``location`` is where Slack sends this browser then."""
        decision = {"place": place, "user": user, "decision": "allow" if allow else "deny"}
        return await self.open(question.location, decision)

    async def install(self, install_url: str, place: str, user: str, *, allow: bool = True) -> Page:
        """The whole way, from Baton's page over Slack's back to Baton's; answers the last."""
        question = await self.asked(install_url)
        if question.status != 200:
            return question
        back = await self.answer(question, place, user, allow=allow)
        return await self.open(back.location) if back.location else back


def _keep(jar: SimpleCookie, line: str, *, trusted: bool) -> None:
    for name, one in SimpleCookie(line).items():
        if one["max-age"] == "0":
            jar.pop(name, None)
        elif trusted or not one["secure"]:
            jar[name] = one.value
            jar[name]["secure"] = one["secure"]
