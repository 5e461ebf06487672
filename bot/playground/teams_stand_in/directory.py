"""Who and what there is in the tenant: people, teams, channels, group chats, and the bot's chats with one person."""

import hashlib
from dataclasses import dataclass, field

from bot.playground.teams_stand_in.records import Json, Refused, base_of


@dataclass(slots=True)
class User:
    """Someone in the tenant. ``id`` is the id that the bot knows them by, "29:…".

    ``app_installed``: they have the app for themselves (members of a team that has it may be written to as well);
    ``blocked``: they have blocked the bot. A person without ``aad_object_id`` is anonymous.
    """

    aad_object_id: str
    name: str
    email: str | None = None
    id: str = ""
    user_principal_name: str | None = None
    is_guest: bool = False
    app_installed: bool = False
    blocked: bool = False
    time_zone: str = "Europe/Berlin"
    locale: str = "en-US"

    def __post_init__(self) -> None:
        if not self.id:
            self.id = f"29:1{hashlib.sha256((self.aad_object_id or self.name).encode()).hexdigest()[:40]}"
        if self.user_principal_name is None and self.email:
            outside = self.email.replace("@", "_") + "#EXT#@acme.onmicrosoft.example"
            self.user_principal_name = outside if self.is_guest else self.email

    @property
    def chat(self) -> str:
        """The id of their conversation with the bot, once there is one."""
        return f"a:1{hashlib.sha256(self.id.encode()).hexdigest()}"

    def account(self, tenant: str) -> Json:
        """The person as the roster tells of them; what is not known is left out."""
        first, _, last = self.name.partition(" ")
        told: Json = {
            "id": self.id,
            "name": self.name,
            "aadObjectId": self.aad_object_id or None,
            "objectId": self.aad_object_id or None,
            "givenName": first,
            "surname": last or None,
            "email": self.email,
            "userPrincipalName": self.user_principal_name,
            "tenantId": tenant,
            "userRole": "guest" if self.is_guest else "user",
        }
        return {name: value for name, value in told.items() if value is not None}


@dataclass(slots=True)
class Channel:
    """A channel "19:…@thread.tacv2" of a team. ``members`` None means everybody (by ``User.id``).

    The channel with the team's own id is its General one. A ``private`` channel is no part of the team's list, and has
    the app only if it was added to that channel itself.
    """

    id: str
    name: str
    team_id: str = "19:general@thread.tacv2"
    team_name: str = "Support"
    bot_installed: bool = True
    members: set[str] | None = None
    private: bool = False
    deleted: bool = False

    def has(self, user: User) -> bool:
        """Whether the person sees this channel."""
        return not self.deleted and (self.members is None or user.id in self.members)


@dataclass(slots=True)
class GroupChat:
    """A chat "19:…@thread.v2" of several people. ``members`` None means everybody (by ``User.id``)."""

    id: str
    bot_installed: bool = True
    members: set[str] | None = None

    def has(self, user: User) -> bool:
        """Whether the person is in this chat."""
        return self.members is None or user.id in self.members


@dataclass(slots=True)
class Directory:
    """All of them, and the refusals that follow from who is where."""

    tenant_id: str
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, GroupChat] = field(default_factory=dict)
    chats: dict[str, User] = field(default_factory=dict)
    _by_object_id: dict[str, User] = field(default_factory=dict, init=False)

    def add(self, user: User) -> User:
        """Let someone in."""
        self.users[user.id] = user
        if user.aad_object_id:
            self._by_object_id[user.aad_object_id] = user
        return user

    def find(self, user: str) -> User | None:
        """The person by "29:…" or by aadObjectId."""
        return self.users.get(user) or self._by_object_id.get(user)

    def install(self, room: Channel | GroupChat, installed: bool) -> None:
        """Put the app into a group chat, a private channel or the team of another one, or take it out.

        All channels of a team follow; its private ones only when the app leaves.
        """
        room.bot_installed = installed
        if isinstance(room, Channel) and not room.private:
            for other in self.channels.values():
                if other.team_id == room.team_id and not (other.private and installed):
                    other.bot_installed = installed

    def shared(self, address: str) -> Channel | GroupChat | None:
        """The channel or group chat of this address."""
        return self.channels.get(address) or self.groups.get(address)

    def chat_of(self, user: User) -> str:
        """The one conversation "a:…" between the bot and a person, opened if it is not yet."""
        self.chats.setdefault(user.chat, user)
        return user.chat

    def reachable(self, user: User) -> bool:
        """Whether the bot may open a chat: the app is installed for the person, or for a team that they are in."""
        return user.app_installed or any(room.bot_installed and room.has(user) for room in self.channels.values())

    def room(self, conversation: str) -> Channel | GroupChat | User:
        """The channel, the group chat, or the person of a chat, that the bot may act in; refuses all others."""
        base = base_of(conversation)
        place = self.shared(base) or self.chats.get(base)
        if place is None or (isinstance(place, Channel) and place.deleted):
            raise Refused(404, "ConversationNotFound", "Conversation not found.")
        inside = self.reachable(place) if isinstance(place, User) else place.bot_installed
        if not inside:
            raise Refused(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        return place

    def roster(self, conversation: str) -> list[User]:
        """The people of a conversation."""
        place = self.room(conversation)
        if isinstance(place, User):
            return [place]
        return [user for user in self.users.values() if place.has(user)]

    def sees(self, user: User, conversation: str) -> bool:
        """Whether a person has this conversation in their client."""
        base = base_of(conversation)
        room = self.shared(base)
        return room.has(user) if room else self.chats.get(base) is user

    def team(self, team: str) -> list[Channel]:
        """The channels of a team that everybody in it can find; refuses a team that the bot is not in."""
        rooms = [room for room in self.channels.values() if room.team_id == team and not room.deleted]
        if not rooms:
            raise Refused(404, "TeamNotFound", "The team was not found.")
        if not any(room.bot_installed and not room.private for room in rooms):
            raise Refused(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        return [room for room in rooms if not room.private]
