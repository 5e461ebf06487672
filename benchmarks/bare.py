"""The bare servers that Baton is measured against: aiohttp, the same checks by hand, the same store, nothing else."""

import asyncio
import json
import os
from datetime import UTC, datetime
from urllib.parse import parse_qs

import aiohttp
import jwt
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from core.handoff import Move, NewHandoff, Priority
from core.ids import new_id
from core.people import Caller, Identity, Strangers
from core.ports import Recorded, Storage
from core.snapshot import Snapshot
from core.use_cases.claim import CLAIM
from storage import open_storage

ACCOUNT = "default"
MESSAGE = "application/vnd.microsoft.activity.message"


class Bare:
    """One route for each gesture. Everybody is known to storage, and every body is believed once it is checked."""

    def __init__(
        self, storage: Storage, secret: str, keys: dict[str, object], app_id: str, session: aiohttp.ClientSession
    ) -> None:
        self._account = storage.open(ACCOUNT)
        self._verifier = SignatureVerifier(secret)
        self._keys, self._app_id = keys, app_id
        self._known: set[str] = set()
        self._session = session
        self._answers: set[asyncio.Task[None]] = set()

    async def checked(self, request: web.Request) -> dict[str, str]:
        """The fields of a signed form."""
        body = await request.read()
        if not self._verifier.is_valid_request(body, dict(request.headers)):
            raise web.HTTPUnauthorized
        return {name: values[0] for name, values in parse_qs(body.decode()).items()}

    async def check_only(self, request: web.Request) -> web.Response:
        """The check, and an empty answer."""
        await self.checked(request)
        return web.Response()

    async def command(self, request: web.Request) -> web.Response:
        """``/escalate now``, recorded."""
        fields = await self.checked(request)
        now = datetime.now(UTC)
        caller = Caller(Identity("slack", fields["team_id"], fields["user_id"]), fields["user_name"])
        new = NewHandoff(
            new_id(now),
            caller,
            now,
            fields["trigger_id"],
            Snapshot(fields["text"].removeprefix("now ")),
            Priority.NORMAL,
        )
        answer = await self._account.escalate(new)
        assert isinstance(answer, Recorded)
        return web.json_response({"text": answer.handoff.id})

    async def button(self, request: web.Request) -> web.Response:
        """Pick Up with a signature; the verdict goes to the response_url, which is Slack's only way to see it."""
        payload = json.loads((await self.checked(request))["payload"])
        caller = Caller(Identity("slack", payload["team"]["id"], payload["user"]["id"]), payload["user"]["username"])
        verdict = await self._claim(
            caller, json.loads(payload["actions"][0]["value"])["handoff"], payload["trigger_id"]
        )
        task = asyncio.create_task(self._answer(payload["response_url"], verdict))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)
        return web.Response()

    async def invoke_checked(self, request: web.Request) -> web.Response:
        """An activity whose token is checked, each time, and nothing else."""
        self._check(request)
        json.loads(await request.read())
        return web.json_response({"statusCode": 200, "type": MESSAGE, "value": ""})

    async def invoke(self, request: web.Request) -> web.Response:
        """Pick Up with a token that is checked each time."""
        self._check(request)
        return await self._invoked(request)

    async def invoke_known(self, request: web.Request) -> web.Response:
        """Pick Up with a token that is checked once and then known."""
        authorization = request.headers["Authorization"]
        if authorization not in self._known:
            self._check(request)
            self._known.add(authorization)
        return await self._invoked(request)

    def _check(self, request: web.Request) -> None:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        key = self._keys[jwt.get_unverified_header(token)["kid"]]
        jwt.decode(token, key, ["RS256"], audience=self._app_id, issuer="https://api.botframework.com")  # type: ignore[arg-type] # an RSA key

    async def _invoked(self, request: web.Request) -> web.Response:
        activity = json.loads(await request.read())
        caller = Caller(
            Identity("teams", activity["conversation"]["tenantId"], activity["from"]["aadObjectId"]),
            activity["from"]["name"],
        )
        verdict = await self._claim(caller, activity["value"]["action"]["data"]["handoff"], activity["id"])
        return web.json_response({"statusCode": 200, "type": MESSAGE, "value": verdict})

    async def _claim(self, caller: Caller, handoff: str, request: str) -> str:
        answer = await self._account.apply(Move(CLAIM, handoff, caller, datetime.now(UTC), request))
        assert not isinstance(answer, Strangers)
        return str(answer.verdict.kind)

    async def _answer(self, address: str, verdict: str) -> None:
        async with self._session.post(address, json={"text": verdict, "replace_original": False}) as response:
            assert response.status == 200


async def main() -> None:
    """Serve on a free port, printed, until the process is ended; ``BARE`` holds the settings as JSON."""
    settings = json.loads(os.environ["BARE"])
    storage = await open_storage(settings["database"], lambda: None)
    keys = {key["kid"]: jwt.PyJWK(key).key for key in settings["keys"]}
    async with aiohttp.ClientSession() as session:
        bare = Bare(storage, settings["secret"], keys, settings["app_id"], session)
        app = web.Application()
        app.router.add_post("/check", bare.check_only)
        app.router.add_post("/command", bare.command)
        app.router.add_post("/button", bare.button)
        app.router.add_post("/invoke-checked", bare.invoke_checked)
        app.router.add_post("/invoke", bare.invoke)
        app.router.add_post("/invoke-known", bare.invoke_known)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(f"Bare listens on http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
