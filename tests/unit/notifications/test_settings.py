"""In production no letter leaves, and none leads anywhere, without TLS, unless that is said in so many words."""

import pytest

from services.notifications.settings import load
from shared.settings import SettingsMissing


@pytest.fixture(autouse=True)
def production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACADEMY_ENV", "production")
    monkeypatch.setenv("ACADEMY_PUBLIC_URL", "https://academy.example.nhs.uk")


def test_letters_without_tls_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACADEMY_SMTP", "mailbox:1025")
    for said in (None, "none"):
        if said:
            monkeypatch.setenv("ACADEMY_SMTP_TLS", said)
        with pytest.raises(SettingsMissing, match="ACADEMY_SMTP_TLS has to be starttls or implicit"):
            load()


@pytest.mark.parametrize(("tls", "named"), [("starttls", ""), ("implicit", ""), ("none", "smtp")])
def test_with_tls_or_a_named_exception_they_go(monkeypatch: pytest.MonkeyPatch, tls: str, named: str) -> None:
    monkeypatch.setenv("ACADEMY_SMTP_TLS", tls)
    monkeypatch.setenv("ACADEMY_INSECURE", named)
    assert load().smtp_tls == tls


def test_another_exception_is_none_for_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACADEMY_INSECURE", "issuer")
    with pytest.raises(SettingsMissing, match="ACADEMY_INSECURE=smtp"):
        load()


def test_who_has_no_name_does_not_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACADEMY_SMTP_TLS", "starttls")
    monkeypatch.setenv("ACADEMY_SMTP_USERNAME", "")
    assert load().smtp_connection()["username"] is None


@pytest.mark.parametrize("address", ["http://academy.example.nhs.uk", "http://127.0.0.1:8080"])
def test_letters_that_lead_to_pages_without_tls_are_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("ACADEMY_SMTP_TLS", "starttls")
    monkeypatch.setenv("ACADEMY_PUBLIC_URL", address)
    with pytest.raises(SettingsMissing, match="ACADEMY_PUBLIC_URL has to be an https:// address"):
        load()
    monkeypatch.setenv("ACADEMY_INSECURE", "links")
    assert load().public_url == address


def test_an_address_for_links_is_asked_for_where_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACADEMY_SMTP_TLS", "starttls")
    monkeypatch.delenv("ACADEMY_PUBLIC_URL")
    with pytest.raises(SettingsMissing, match="ACADEMY_INSECURE=links"):
        load()


def test_while_developing_links_lead_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACADEMY_ENV", "development")
    monkeypatch.delenv("ACADEMY_PUBLIC_URL")
    assert load().public_url == "http://127.0.0.1:8080"
