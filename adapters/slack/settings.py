"""What the Slack adapter must be told: plain values, read by nobody but whoever wires the program."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OAuthSettings:
    """The app's credentials for being installed by any workspace; ``redirect_url`` is where Slack sends people back."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_url: str


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """One Slack app as the operator configured it; secrets stay out of its ``repr``.

    ``bot_token`` is the token of the one workspace that the operator's settings name, "" if there is none: then every
    workspace comes by ``oauth``. ``channel`` is the id of the channel of that workspace that shows cards ("" for none).
    ``app_token`` is set for Socket Mode alone. ``api_url`` is the base of the Web API and ends in ``/api/``;
    ``authorize_url`` is where people are sent to allow the installation.
    """

    bot_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    app_token: str | None = field(repr=False)
    channel: str
    api_url: str = "https://slack.com/api/"
    oauth: OAuthSettings | None = None
    authorize_url: str = "https://slack.com/oauth/v2/authorize"
