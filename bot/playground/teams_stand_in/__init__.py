"""A strict stand-in for Microsoft's side of Teams: logins, Bot Connector, and Teams as the client of our endpoint.

What is simulated, from this package's own reading of Teams' rules:

* Bot Framework's OpenID metadata and keys (with rotation), and the tokens on what Teams sends: RS256, one used again
  until shortly before its end, and every forgery that a test asks for.
* The tenant's login (client credentials) with its own error shapes. Each stand-in is one tenant with one registration;
  several ``beside`` each other share keys and logins, and each takes the tokens of its own registration alone.
* The Bot Connector's REST interface, version 3: new channel threads and one-to-one chats; send, update and delete;
  members, pagedmembers and the channels of a team; its refusals with their codes; 100 KB a message in UTF-16; the pace
  per conversation and per tenant, by the clock.
* Channels, private ones (which no list has) and deleted ones; group chats, where nothing has a thread; guests.
* Adaptive Cards up to 1.5, read strictly: known types and keys, required ones, unique ids, https pictures, 6 buttons.
* The people in front of Teams: Action.Execute (also on cards that a button opens), Action.Submit in an old client,
  messages, in rooms with mentions of the bot and of people; what each then sees: the invoke's card is theirs alone
  until the message is updated.
* The app coming to a team, a private channel, a group chat or a person, and leaving: the pairs of activities that are
  really sent, and 403 BotNotInConversationRoster wherever the bot is not.
* Faults, scripted per route or lasting as an outage: 429, 5xx in HTML, dropped connections, silence, slow bytes,
  broken JSON.

What is not simulated: meetings, dialogs (task modules), message extensions, reactions, files, sign-in, automatic
refresh of cards, targeted messages, Graph, shared channels, deleted teams, upgrades of the app, regions and sovereign
clouds, Teams' rewriting of text (Markdown, mentions), and Teams' own elements beyond 1.5 (charts, icons, carousels),
which are refused as unknown, as is every attachment that is no Adaptive Card. A card in the activity that opens a one-
to-one chat is refused. Tokens given to Baton are opaque; its replies by ``replyToId`` are not checked. Where
Microsoft's documents are silent or vague (what a private channel sends when the app comes to it), the shape of an
activity or the code of an error is made up, and the stand-in is the stricter one: names of channels, chats and senders
are told where the documents show them, and nowhere else.
"""

from bot.playground.faults import (
    DropAfterTaking,
    DropBefore,
    Error,
    Fault,
    Hang,
    Ok,
    RateLimited,
    SlowBytes,
    Status,
    WrongJson,
)
from bot.playground.teams_stand_in.cards import problems_of
from bot.playground.teams_stand_in.client import TeamsClient
from bot.playground.teams_stand_in.delivery import SignedRequest
from bot.playground.teams_stand_in.directory import Channel, GroupChat, User
from bot.playground.teams_stand_in.filling_in import GestureError
from bot.playground.teams_stand_in.outcome import Outcome, Reply
from bot.playground.teams_stand_in.pace import PUBLISHED, Pace
from bot.playground.teams_stand_in.records import Call, Message
from bot.playground.teams_stand_in.server import TeamsStandIn

__all__ = [
    "TeamsStandIn",
    "TeamsClient",
    "Outcome",
    "Reply",
    "SignedRequest",
    "GestureError",
    "User",
    "Channel",
    "GroupChat",
    "Message",
    "Call",
    "Pace",
    "PUBLISHED",
    "problems_of",
    "Fault",
    "Ok",
    "Error",
    "RateLimited",
    "Status",
    "DropBefore",
    "DropAfterTaking",
    "Hang",
    "SlowBytes",
    "WrongJson",
]
