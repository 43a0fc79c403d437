from collections.abc import Iterator
from pathlib import Path

import pytest

from academy.local.mailstore import MailStats, MailStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MailStore]:
    store = MailStore(tmp_path / "mails")
    yield store
    store.close()


def a_mail(number: int, *, purpose: str = "confirmation") -> bytes:
    lines = (f"Message-ID: <{number}@academy.example.org>", f"Subject: Mail {number}", f"X-Academy-Purpose: {purpose}")
    return "\r\n".join((*lines, "", f"Body {number}\n")).encode()


def receive(store: MailStore, number: int, *, to: str = "a@example.org", purpose: str = "confirmation") -> None:
    store.append("academy@example.org", (to,), a_mail(number, purpose=purpose))


def test_a_mail_comes_back_as_it_went_in(store: MailStore) -> None:
    receive(store, 1)
    receive(store, 2)
    mail = store.get(1)
    assert mail is not None
    assert store.content(mail) == a_mail(1)
    assert (mail.subject, mail.message_id, mail.purpose) == ("Mail 1", "<1@academy.example.org>", "confirmation")


def test_a_mail_sent_again_counts_once_among_the_distinct(store: MailStore) -> None:
    receive(store, 1)
    receive(store, 1)
    receive(store, 2, purpose="reminder")
    assert store.stats() == MailStats(3, 2, {"confirmation": 1, "reminder": 1})


def test_mails_survive_a_restart(store: MailStore, tmp_path: Path) -> None:
    receive(store, 1)
    receive(store, 2)
    again = MailStore(tmp_path / "mails")
    receive(again, 3)
    assert [mail.id for mail in again.page(to=None, after=0, limit=10)] == [1, 2, 3]
    third = again.get(3)
    assert third is not None
    assert again.content(third) == a_mail(3)
    again.close()


@pytest.mark.parametrize("cut", [1, 5, 120])
def test_a_mail_cut_off_by_a_kill_is_dropped_and_the_next_is_kept(store: MailStore, tmp_path: Path, cut: int) -> None:
    receive(store, 1)
    receive(store, 2)
    file = tmp_path / "mails"
    file.write_bytes(file.read_bytes()[:-cut])
    again = MailStore(file)
    receive(again, 3)
    assert [m.subject for m in again.page(to=None, after=0, limit=10)] == ["Mail 1", "Mail 3"]
    again.close()
    once_more = MailStore(file)
    assert once_more.stats().total == 2
    once_more.close()


def test_pages_go_forward_and_may_be_one_persons(store: MailStore) -> None:
    for number in range(1, 7):
        receive(store, number, to="a@example.org" if number % 2 else "b@example.org")
    assert [m.id for m in store.page(to=None, after=2, limit=3)] == [3, 4, 5]
    assert [m.id for m in store.page(to="B@example.org", after=2, limit=3)] == [4, 6]
    assert [m.id for m in store.latest(to=None, before=None, limit=2)] == [6, 5]
    assert [m.id for m in store.latest(to=None, before=5, limit=2)] == [4, 3]
