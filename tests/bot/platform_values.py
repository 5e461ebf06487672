"""Settings of a deployment, as text, that are complete and right."""

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_CHANNEL": "C0123456789"}
OAUTH = {
    "SLACK_SIGNING_SECRET": "s",
    "SLACK_CLIENT_ID": "1234.5678",
    "SLACK_CLIENT_SECRET": "hush",
    "BATON_SECRET_KEY": "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=",
    "BATON_PUBLIC_URL": "https://baton.example/",
}
TEAMS = {
    "TEAMS_APP_ID": "11111111-2222-3333-4444-555555555555",
    "TEAMS_APP_PASSWORD": "p",
    "TEAMS_TENANT_ID": "66666666-7777-8888-9999-000000000000",
    "TEAMS_CHANNEL": "19:abc@thread.tacv2",
}


def further(number: int, **other: str) -> dict[str, str]:
    """One more registration with Teams, of an app and a tenant of its own."""
    values = {
        "TEAMS_APP_ID": f"11111111-2222-3333-4444-55555555555{number}",
        "TEAMS_APP_PASSWORD": f"p{number}",
        "TEAMS_TENANT_ID": f"66666666-7777-8888-9999-00000000000{number}",
    }
    return {f"{name}_{number}": value for name, value in (values | other).items()}
