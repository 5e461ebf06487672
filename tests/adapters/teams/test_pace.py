"""The pace that Baton keeps stays within what Teams has published, however greedily the ledger asks."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapters.teams.limits import PACE
from core.limits import Act, Limit, take
from tests.core.cases import NOON

# At most so many calls in so many seconds (msteams-docs, rate-limit.md).
CONVERSATION = ((7, 1), (8, 2), (60, 30), (1800, 3600))
TENANT, OLDER_TENANT = ((50, 1),), ((30, 1),)
# Besides a letter, the chat may have to be opened.
SPARE = 1


class Asking:
    """A clock that stands still unless moved, and what the ledger keeps of each limit."""

    def __init__(self) -> None:
        self.now = NOON
        self.passed: list[datetime] = []
        self._full_at: dict[str, datetime] = {}

    def ask(self, limits: tuple[Limit, ...]) -> timedelta:
        """Ask for one call as the ledger does: it goes if every limit lets it, or it is told how long to wait."""
        answers = {limit.name: take(self._full_at.get(limit.name), self.now, limit) for limit in limits}
        wait = max(wait for _, wait in answers.values())
        if not wait:
            self._full_at |= {name: kept for name, (kept, _) in answers.items()}
            self.passed.append(self.now)
        return wait

    def ask_until(self, end: datetime, limits: tuple[Limit, ...]) -> None:
        """Ask, wait exactly as long as told, and ask again."""
        while self.now <= end:
            self.now += self.ask(limits)


def most_within(passed: list[datetime], seconds: float) -> int:
    """The most calls in any window of this length, both its ends included."""
    most, first = 0, 0
    for last, at in enumerate(passed):
        while at - passed[first] > timedelta(seconds=seconds):
            first += 1
        most = max(most, last - first + 1)
    return most


def test_l11_no_window_of_a_conversation_is_ever_exceeded_by_the_greediest():
    asking = Asking()
    asking.ask_until(NOON + timedelta(hours=4), PACE[Act.POST])
    for most, seconds in CONVERSATION:
        assert most_within(asking.passed, seconds) <= most - SPARE, seconds


@given(st.lists(st.tuples(st.floats(0, 40), st.integers(1, 12), st.sampled_from(Act)), max_size=60))
def test_l11_nor_by_any_other_way_of_asking(bursts: list[tuple[float, int, Act]]):
    asking = Asking()
    for pause, times, act in bursts:
        asking.now += timedelta(seconds=pause)
        for _ in range(times):
            asking.now += asking.ask(PACE[act])
    for most, seconds in CONVERSATION:
        assert most_within(asking.passed, seconds) <= most - SPARE


def test_l11_nor_the_window_of_a_tenant_whatever_the_number_of_conversations():
    asking = Asking()
    asking.ask_until(NOON + timedelta(minutes=1), tuple(limit for limit in PACE[Act.TELL] if limit.shared))
    for (most, seconds), spare in ((TENANT[0], 15), (OLDER_TENANT[0], 0)):
        assert most_within(asking.passed, seconds) <= most - spare


def test_posts_corrections_and_letters_count_together():
    assert len({PACE[act] for act in Act}) == 1
    assert len({limit.name for limit in PACE[Act.POST]}) == 3


def test_l16_five_hundred_cards_are_up_in_five_minutes():
    asking = Asking()
    asking.ask_until(NOON + timedelta(minutes=5), PACE[Act.POST])
    assert len(asking.passed) >= 500
