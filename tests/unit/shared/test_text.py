import pytest

from shared.text import NameUnusable, TextUnusable, characters, escaped, person_name, plain, tidied

ZALGO = "e" + "\u0301" * 900


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Leading well  ", "Leading well"),
        ("\u00a0Leading\u3000", "Leading"),
        ("\ufeffLeading \u200b", "Leading"),
        ("Zoe\u0308", "Zoë"),
        ("نام\u200cها", "نام\u200cها"),  # without its non-joiner the word is misspelt
        ("👩🏽\u200d⚕️", "👩🏽\u200d⚕️"),
        ("=?utf-8?q?x?=", "=?utf-8?q?x?="),
    ],
)
def test_text_has_one_form(typed: str, kept: str) -> None:
    assert plain(typed, longest=20) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "a\x00b",
        "a\nb",
        "a\tb",
        "a\x7fb",
        "a\x85b",
        "a\u2028b",
        "a\ud800b",
        "a\ufffeb",
        "a\u202eb",
        "a\u2066b",
        "\u200b",
        "\ufeff",
        "\u3164",  # a Hangul filler is a letter that nobody sees
        "\u2800",
        "\u0301",
        "\u00ad\u200d",
        "x" * 21,
        ZALGO,
    ],
)
def test_text_nobody_can_see_print_or_store_is_refused(typed: str) -> None:
    with pytest.raises(TextUnusable):
        plain(typed, longest=20)


def test_lengths_are_those_a_reader_counts() -> None:
    assert characters("गीता") == 2
    assert plain("क्षि" * 20, longest=20)
    assert plain("𝒜" * 20, longest=20)
    with pytest.raises(TextUnusable, match="at least 3 characters"):
        plain("गीता", longest=20, shortest=3)


def test_a_name_has_a_letter() -> None:
    assert person_name(" 王 ") == "王"
    for typed in ("-- .", "007", "😀", "\u0915\u0000"):
        with pytest.raises(NameUnusable):
            person_name(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "colleague: your account is locked",
        "sign in at https://evil.example/x",
        "Amara evil.example/x",
        "sign-in.nhs.uk.evil.com",
        "Amara www.x",
        "amara@example.org",
        "Amara t.co/x",
        "Amara t.me/evilbot",
        "nhs.help",
        "evil.support",
        "Amara sign-in.evil.bank now",
        "login.example/",
        "Call 0300 123 4567 to unlock",
        "Call (0300)-123-4567",
        "X.Y.evil.co.uk",
        "Amara 192.0.2.1",
        "evil\uff0ecom",  # a wide dot
        "evil\u3002com",  # an ideographic one
        "evil.\u200bcom",
        "evil.\u00adcom",
        "https\uff1a//evil",
        "amara\uff20evil",
        "xn--e1afmkfd.xn--p1ai",
        "пример.рф",
        r"\\evil\x",
    ],
)
def test_a_name_that_a_mail_program_makes_a_link_of_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(NameUnusable) as refused:
        person_name(typed)
    assert "evil" not in str(refused.value)


@pytest.mark.parametrize(
    "name",
    [
        "J. R. O'Neil-Smith",
        "Dr. María-José d'Ávila",
        "St. John",
        "A.B.Smith",
        "Ruth St.John",
        "Dr.Smith",
        "Md.Rahman",
        "Sk.Hossain",
        "Ma.Teresa",
        "Jean-P.Durand",
        "M.Li",
        "J.Ng",
        "डॉ.शर्मा",
        "John Smith III 2",
        "J.R.R. Tolkien Ph.D.",
        "Ravi s/o Kumar",
        "ด.ช.สมชาย",
        "王小明",
        "Amara Okafor Jr.",
        "नेहा शर्मा",
    ],
)
def test_names_that_people_have_are_kept(name: str) -> None:
    assert person_name(name) == name


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Amara\tOkafor", "Amara Okafor"),
        ("Leading\nwell\0", "Leading well"),
        ("\u202eLeading", "Leading"),
        ("Zoe\u0308 ", "Zoë"),
        ("", ""),
        ("x" * 3_000_000, "x" * 3_000_000),
    ],
)
def test_what_was_let_in_before_the_rules_is_read_all_the_same(written: str, read: str) -> None:
    assert tidied(written) == read


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Zoë 王 👩🏽", "Zoë 王 👩🏽"),
        ("a\0b\n\x1b[31m\x7f\x9b", r"a\x00b\n\x1b[31m\x7f\x9b"),
        ("\u200b\u200f\u202a\u202e\u2066\u2069\ufeff", r"\u200b\u200f\u202a\u202e\u2066\u2069\ufeff"),
        ("half \ud800", r"half \ud800"),
    ],
)
def test_what_cannot_be_printed_is_shown_as_an_escape(written: str, shown: str) -> None:
    assert escaped(written) == shown
