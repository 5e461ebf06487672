"""The seal on secrets that the database keeps: only whoever has one of our keys can open it."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken


class NoKey(Exception):
    """There is no key to seal a secret with; BATON_SECRET_KEY has to name one."""


class Seal:
    """Seals text with the first of the keys (each as ``Fernet.generate_key`` makes it), and opens it with any of them.

    ``ValueError`` for a key that is none; it never quotes the key.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._keys = [Fernet(key) for key in keys]
        except ValueError:
            raise ValueError("a secret key is 32 bytes in URL-safe base64") from None

    def seal(self, secret: str) -> str:
        """The text under seal; ``NoKey`` if there is none to seal it with."""
        if not self._keys:
            raise NoKey(str(NoKey.__doc__))
        return self._keys[0].encrypt(secret.encode()).decode()

    def unseal(self, sealed: str) -> str | None:
        """The text again; None if none of the keys opens it."""
        for key in self._keys:
            found = _opened(key, sealed)
            if found is not None:
                return found
        return None

    def needs_new_seal(self, sealed: str) -> bool:
        """Whether the first key, with which everything is sealed from now on, does not open it."""
        return not self._keys or _opened(self._keys[0], sealed) is None


def _opened(key: Fernet, sealed: str) -> str | None:
    try:
        return key.decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None
