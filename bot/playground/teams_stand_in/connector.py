"""The Bot Connector's REST interface (version 3): what it does with a call, and what it refuses.

Error codes and their statuses: msteams-docs, send-proactive-messages.md and rate-limit.md; where those are silent, the
code is made up in their style.
"""

import copy
import json
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.playground.teams_stand_in.cards import problems_of
from bot.playground.teams_stand_in.directory import Channel, Directory, User
from bot.playground.teams_stand_in.records import CARD, Answer, Json, Message, Refused, WritesBlocked, base_of

MOST_BYTES = 100 * 1024
MOST_ATTACHMENTS = 10
MOST_MEMBERS_A_PAGE = 500
_FORMATS = ("plain", "markdown", "xml")
_TEXTS = ("text", "summary", "speak", "textFormat", "inputHint", "replyToId", "locale", "attachmentLayout")


class Connector:
    """Conversations, messages and rosters of one bot, in one tenant."""

    def __init__(self, directory: Directory, bot_id: str, clock: Callable[[], datetime]) -> None:
        self.directory, self.bot_id, self.clock = directory, bot_id, clock
        self.messages: list[Message] = []
        self._by_id: dict[tuple[str, str], Message] = {}
        self._last_id = 0

    # Conversations.

    def create(self, body: object, service_url: str) -> Answer:
        """POST v3/conversations: a new thread in a channel, or the chat with one person."""
        asked = _object(body, "the body")
        data = _object(asked.get("channelData", {}), "channelData")
        tenant = asked.get("tenantId") or asked.get("tenantID") or _object(data.get("tenant", {}), "tenant").get("id")
        if tenant is not None and tenant != self.directory.tenant_id:
            raise Refused(403, "Forbidden", "The bot is not registered in this tenant.")
        if asked.get("isGroup"):
            return self._new_thread(asked, data, service_url)
        if tenant is None:
            raise _bad("A one-to-one conversation needs the tenant's id.")
        return self._new_chat(asked, service_url)

    def _new_thread(self, asked: Json, data: Json, service_url: str) -> Answer:
        channel = _object(data.get("channel", {}), "channelData.channel").get("id")
        if not isinstance(channel, str):
            raise _bad("Incorrect conversation creation parameters: channelData.channel.id is missing.")
        if channel != base_of(channel) or not isinstance(self.directory.room(channel), Channel):
            raise Refused(404, "ConversationNotFound", "Conversation not found.")
        if "activity" not in asked:
            raise _bad("Incorrect conversation creation parameters: a thread begins with an activity.")
        message = self.post(channel, self._checked(asked["activity"]), self.bot_id)
        told = {"id": message.conversation, "activityId": message.id, "serviceUrl": service_url}
        return Answer(told, 201)

    def _new_chat(self, asked: Json, service_url: str) -> Answer:
        members = asked.get("members")
        if not isinstance(members, list) or len(members) != 1:
            raise _bad("Incorrect conversation creation parameters: exactly one member is needed.")
        if "activity" in asked:
            raise _bad("Incorrect conversation creation parameters: send the activity into the conversation instead.")
        user = self.directory.find(str(_object(members[0], "members[0]").get("id", "")))
        if user is None:
            raise _bad("Invalid user identity in provided tenant.")
        if not self.directory.reachable(user):
            raise Refused(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        return Answer({"id": self.directory.chat_of(user), "serviceUrl": service_url}, 201)

    # Messages.

    def send(self, conversation: str, body: object, reply_to: str | None = None) -> Answer:
        """POST v3/conversations/{id}/activities[/{replyToId}]."""
        self._writable(conversation)
        activity = self._checked(body)
        if activity["type"] == "typing":
            return Answer({"id": self.next_id()}, 201)
        message = self.post(conversation, {**activity, **({"replyToId": reply_to} if reply_to else {})}, self.bot_id)
        return Answer({"id": message.id}, 201)

    def update(self, conversation: str, message_id: str, body: object) -> Answer:
        """PUT v3/conversations/{id}/activities/{activityId}: only the bot's own messages."""
        self._writable(conversation)
        message = self._own(conversation, message_id)
        activity = self._checked(body)
        if activity["type"] != "message" or activity.get("id", message_id) != message_id:
            raise _bad("The activity is not the one that the address names.")
        message.edits.append(message.activity)
        message.activity, message.edited_at = activity, self.clock()
        return Answer({"id": message.id})

    def delete(self, conversation: str, message_id: str) -> Answer:
        """DELETE v3/conversations/{id}/activities/{activityId}: only the bot's own messages."""
        self._writable(conversation)
        self._own(conversation, message_id).deleted = True
        return Answer(None)

    def post(self, conversation: str, activity: Json, sender: str) -> Message:
        """Put a message down as ``sender``; in a bare channel it begins a thread."""
        new = self.next_id()
        thread = conversation in self.directory.channels
        message = Message(
            f"{conversation};messageid={new}" if thread else conversation, new, sender, activity, self.clock()
        )
        self.messages.append(message)
        self._by_id[message.channel, new] = message
        return message

    def message(self, conversation: str, message_id: str) -> Message | None:
        """The message, unless it is gone; the thread need not be told."""
        found = self._by_id.get((base_of(conversation), message_id))
        return None if found is None or found.deleted else found

    def next_id(self) -> str:
        """An id for a message: milliseconds, never the same twice."""
        self._last_id = max(self._last_id + 1, int(self.clock().timestamp() * 1000))
        return str(self._last_id)

    def _writable(self, conversation: str) -> None:
        place = self.directory.room(conversation)
        if isinstance(place, User) and place.blocked:
            raise WritesBlocked
        root = self._by_id.get((base_of(conversation), conversation.partition(";messageid=")[2]))
        if ";" in conversation and (root is None or root.conversation != conversation):
            raise Refused(404, "ConversationNotFound", "Conversation not found.")

    def _own(self, conversation: str, message_id: str) -> Message:
        message = self.message(conversation, message_id)
        if message is None or (";" in conversation and message.conversation != conversation):
            raise Refused(404, "ActivityNotFoundInConversation", "The activity was not found in the conversation.")
        if message.sender != self.bot_id:
            raise Refused(403, "Forbidden", "Only the bot's own messages can be changed.")
        return message

    # Rosters.

    def member(self, conversation: str, user_id: str) -> Answer:
        """GET v3/conversations/{id}/members/{userId}: by "29:…" or aadObjectId."""
        self.directory.room(conversation)
        user = self.directory.find(user_id)
        if user is None or not self.directory.sees(user, conversation):
            raise Refused(404, "MemberNotFoundInConversation", "The member was not found in the conversation.")
        return Answer(user.account(self.directory.tenant_id))

    def paged_members(self, conversation: str, query: Mapping[str, str]) -> Answer:
        """GET v3/conversations/{id}/pagedmembers?pageSize=&continuationToken=."""
        size, start = query.get("pageSize", "200"), query.get("continuationToken", "0")
        if not (size.isdecimal() and start.isdecimal() and 1 <= int(size) <= MOST_MEMBERS_A_PAGE):
            raise _bad(f"pageSize must be from 1 to {MOST_MEMBERS_A_PAGE}, continuationToken one that was given.")
        everybody = self.directory.roster(conversation)
        end = int(start) + int(size)
        told: Json = {"members": [user.account(self.directory.tenant_id) for user in everybody[int(start) : end]]}
        return Answer(told | ({"continuationToken": str(end)} if end < len(everybody) else {}))

    def channels(self, team: str) -> Answer:
        """GET v3/teams/{teamId}/conversations: the General channel, without a name, and the other public ones."""
        named = [{"id": room.id, "name": room.name} for room in self.directory.team(team) if room.id != team]
        return Answer({"conversations": [{"id": team}, *named]})

    # What an activity must be.

    def _checked(self, body: object) -> Json:
        activity = _object(body, "the activity")
        if size_of(activity) > MOST_BYTES:
            raise Refused(413, "MessageSizeTooBig", "Message size too large.")
        kind = activity.get("type")
        if kind not in ("message", "typing"):
            raise _bad(f"Unknown activity type {kind!r}.")
        for name in _TEXTS:
            if not isinstance(activity.get(name, ""), str):
                raise _bad(f"{name} must be a text.")
        if activity.get("textFormat", "plain") not in _FORMATS:
            raise _bad("Unknown textFormat.")
        attachments = _attachments(activity)
        if kind == "message" and not activity.get("text") and not attachments:
            raise _bad("A message needs a text or an attachment.")
        return copy.deepcopy(activity)


def size_of(activity: Json) -> int:
    """The size of an activity in bytes, in UTF-16 as Teams counts it."""
    return len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))


def _attachments(activity: Json) -> list[Json]:
    attachments = activity.get("attachments", [])
    if not isinstance(attachments, list) or len(attachments) > MOST_ATTACHMENTS:
        raise _bad(f"attachments must be a list of at most {MOST_ATTACHMENTS}.")
    for attachment in attachments:
        if _object(attachment, "an attachment").get("contentType") != CARD:
            raise _bad("Unknown attachment type.")
        if problems := problems_of(attachment.get("content")):
            raise _bad(f"Invalid Adaptive Card: {'; '.join(problems[:5])}")
    return attachments


def _object(value: object, name: str) -> Json:
    if not isinstance(value, dict):
        raise _bad(f"{name} must be an object.")
    return value


def _bad(message: str) -> Refused:
    return Refused(400, "BadSyntax", message)
