import pytest

from shared.addresses import EmailUnusable, WebAddressUnusable, email_address, web_address
from tests.support.hostile_links import NO_NAMES, READ_IN_TWO_WAYS


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" asha.patel@example.nhs.uk ", "asha.patel@example.nhs.uk"),
        ("O'Brien+talent@EXAMPLE.NHS.UK", "O'Brien+talent@example.nhs.uk"),
        ("jo@münchen.de", "jo@xn--mnchen-3ya.de"),
        ("jo@例え.jp", "jo@xn--r8jz45g.jp"),
        ("jo@xn--mnchen-3ya.de", "jo@xn--mnchen-3ya.de"),
    ],
)
def test_an_address_is_kept_as_mail_is_sent_to_it(typed: str, kept: str) -> None:
    assert email_address(typed) == kept
    assert email_address(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "nobody",
        "jo\u200b@x.uk",
        "\ufeffjo@x.uk",
        "jo..smith@x.uk",
        "jo.@x.uk",
        "<a@x.uk>",
        "Jo <a@x.uk>",
        "mailto:m@x.uk",
        "jo,ann@x.uk",
        "jörg@x.uk",
        "o\u2019brien@x.uk",
        '"jo smith"@x.uk',
        "jo@[192.0.2.1]",
        "jo@192.0.2.1",
        "jo@x_y.uk",
        "a@x.uk;b@x.uk",
        "a;b@x.uk",
        "a|b@x.uk",
        "jo@localhost",
        "jo@x.invalid",
        "jo@-x.uk",
        "jo@x.uk.",
        "jo@x.uk\x00",
        "jo\n@x.uk",
        "j" * 65 + "@x.uk",
        "jo@" + "x" * 64 + ".uk",
        "jo@" + "x.y" * 90 + ".uk",
        "jo@" + "münchen." * 40 + "de",
    ],
)
def test_an_address_no_mail_reaches_is_refused_with_a_reason(typed: str) -> None:
    with pytest.raises(EmailUnusable) as refused:
        email_address(typed)
    assert len(str(refused.value)) > 20


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://meet.example.org/room?a=1&b=2#c", "https://meet.example.org/room?a=1&b=2#c"),
        ("https://münchen.de/räume", "https://xn--mnchen-3ya.de/r%C3%A4ume"),
        ("HTTPS://Meet.Example.ORG:443/@Room", "https://meet.example.org/@Room"),
        ("https://1.meet.example.org", "https://1.meet.example.org/"),
    ],
)
def test_a_page_is_kept_as_a_browser_takes_it(typed: str, kept: str) -> None:
    assert web_address(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "x", "javascript:alert(1)", "ftp://x.uk", "https://", "//x.uk/a", "https://a b/", "http://x.uk/a"]
)
def test_what_leads_to_no_page_is_refused(typed: str) -> None:
    with pytest.raises(WebAddressUnusable):
        web_address(typed)


@pytest.mark.parametrize("computer", NO_NAMES)
def test_a_computer_without_a_name_of_the_whole_network_is_refused(computer: str) -> None:
    with pytest.raises(WebAddressUnusable):
        web_address(f"https://{computer}/latest/meta-data")


@pytest.mark.parametrize("typed", READ_IN_TWO_WAYS)
def test_what_one_program_reads_as_this_computer_and_another_as_that_is_refused(typed: str) -> None:
    with pytest.raises(WebAddressUnusable):
        web_address(typed)
