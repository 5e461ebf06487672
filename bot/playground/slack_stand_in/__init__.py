"""A strict stand-in for Slack: its Web API as a local server, and Slack as the client of our own endpoint.

What is simulated, from this package's own reading of Slack's rules:

* Web API under ``/api/``: auth.test, chat.postMessage, chat.update, chat.delete, chat.postEphemeral,
  chat.getPermalink, conversations.open, conversations.info, conversations.history, conversations.replies, users.info,
  users.lookupByEmail, views.open, views.update, apps.connections.open, oauth.v2.access; tokens, scopes, error codes,
  Block Kit and modal limits, message metadata, threads, trigger ids (3 seconds, one use), view hashes, response URLs
  (5 uses, 30 minutes).
* The published pace: posts per channel and per workspace, chat.update, and the reading of conversations, also the one
  for apps that are distributed without Marketplace.
* Several workspaces (``add_team``), each with its own token, bot, people and channels, and enterprises of several, in
  all of which the app can be installed at once. A channel whose members are named is seen by them alone, and a private
  one that our bot is not in is hidden from it.
* Installing: Slack's page ``/oauth/v2/authorize``, on which somebody allows or denies (``Browser`` walks through it),
  and the exchange of the code: once, within 10 minutes, by the app's id and secret, for the same redirect URL, which
  has to be one of ``app.redirect_urls``. A reinstallation keeps a token that lives.
* What happens by itself (``SlackHappenings``): the app uninstalled or its tokens revoked, with the events in any order
  and the token dead from then on; the bot invited and removed; channels archived and deleted; users who change.
* The people in front of Slack: slash commands, buttons, forms and events, sent signed over HTTP or over Socket Mode,
  with payloads of the real shape; what the person then sees, including Slack's own time-out of 3 seconds.
* Faults, scripted per method or lasting as an outage: 429, 5xx in HTML, dropped connections, silence, slow bytes,
  broken JSON.

What is not simulated: attachments, files, ``markdown_text``, the Home tab, shortcuts, tokens of people and token
rotation, channels shared between workspaces, which events the app subscribed to, approval of apps by admins, Slack's
rewriting of message text (links, entities, emoji), the rate limits of other methods, and the blocks
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
from bot.playground.slack_stand_in.browser import Browser, Page
from bot.playground.slack_stand_in.client import SlackClient
from bot.playground.slack_stand_in.delivery import SignedRequest
from bot.playground.slack_stand_in.happenings import REVOKED, UNINSTALLED, SlackHappenings
from bot.playground.slack_stand_in.outcome import Outcome
from bot.playground.slack_stand_in.pace import PUBLISHED, UNLISTED, Pace
from bot.playground.slack_stand_in.payloads import GestureError
from bot.playground.slack_stand_in.records import Call, Channel, Enterprise, Message, Team, User, View
from bot.playground.slack_stand_in.server import SlackStandIn

__all__ = [
    "SlackStandIn",
    "SlackClient",
    "SlackHappenings",
    "UNINSTALLED",
    "REVOKED",
    "Browser",
    "Page",
    "Outcome",
    "SignedRequest",
    "GestureError",
    "Team",
    "Enterprise",
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
