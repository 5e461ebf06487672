"""A strict stand-in for Slack: its Web API as a local server, and Slack as the client of our own endpoint.

What is simulated, from this package's own reading of Slack's rules:

* Web API under ``/api/``: auth.test, chat.postMessage, chat.update, chat.delete, chat.postEphemeral,
  chat.getPermalink, conversations.open, conversations.info, conversations.history, conversations.replies, users.info,
  users.lookupByEmail, views.open, views.update, apps.connections.open; tokens, scopes, error codes, Block Kit and modal
  limits, message metadata, threads, trigger ids (3 seconds, one use), view hashes, response URLs (5 uses, 30 minutes).
* The published pace: posts per channel and per workspace, chat.update, and the reading of conversations, also the one
  for apps that are distributed without Marketplace.
* The people in front of Slack: slash commands, buttons, forms and events, sent signed over HTTP or over Socket Mode,
  with payloads of the real shape; what the person then sees, including Slack's own time-out of 3 seconds.
* Faults, scripted per method or lasting as an outage: 429, 5xx in HTML, dropped connections, silence, slow bytes,
  broken JSON.

What is not simulated: attachments, files, ``markdown_text``, the Home tab, shortcuts, OAuth, people of other
workspaces, Enterprise Grid, who may read which channel (everybody sees every channel unless its members are named),
Slack's rewriting of message text (links, entities, emoji), the rate limits of other methods, and the blocks
``card``, ``carousel``, ``container``, ``context_actions``, ``data_table``, ``data_visualization``, ``file``, ``plan``,
``task_card`` and ``video``, which are refused as unknown. Where Slack is vague the stand-in is the stricter one.
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
from bot.playground.slack_stand_in.client import SlackClient
from bot.playground.slack_stand_in.delivery import SignedRequest
from bot.playground.slack_stand_in.outcome import Outcome
from bot.playground.slack_stand_in.pace import PUBLISHED, UNLISTED, Pace
from bot.playground.slack_stand_in.payloads import GestureError
from bot.playground.slack_stand_in.records import Call, Channel, Message, Team, User, View
from bot.playground.slack_stand_in.server import SlackStandIn

__all__ = [
    "SlackStandIn",
    "SlackClient",
    "Outcome",
    "SignedRequest",
    "GestureError",
    "Team",
    "User",
    "Channel",
    "Message",
    "View",
    "Call",
    "Pace",
    "PUBLISHED",
    "UNLISTED",
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
