"""What Baton asks to be allowed in a workspace; the same list stands in manifest.yml, with the reason for each."""

SCOPES = (
    "commands",
    "chat:write",
    "im:write",
    "channels:read",
    "groups:read",
    "channels:history",
    "groups:history",
    "im:history",
    "users:read",
    "users:read.email",
)
