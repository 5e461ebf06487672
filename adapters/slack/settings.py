"""What the Slack adapter must be told: plain values, read by nobody but whoever wires the program."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """One Slack workspace as the operator configured it; secrets stay out of its ``repr``.

    ``app_token`` is set for Socket Mode alone; ``channel`` is the id of the channel that shows cards; ``api_url`` is
    the base of the Web API and ends in ``/api/``.
    """

    bot_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    app_token: str | None = field(repr=False)
    channel: str
    api_url: str = "https://slack.com/api/"
