import csv
import io

from shared.web.tables import csv_file


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_table_is_a_file_that_spreadsheets_read() -> None:
    answer = csv_file("reach", ("code", "people"), [('Łódź, "north"\nand south', 12), ("x", None), ("y", -0.5)])

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="reach.csv"'
    assert bytes(answer.body).startswith(b"\xef\xbb\xbf")
    assert read(bytes(answer.body)) == [
        ["code", "people"],
        ['Łódź, "north"\nand south', "12"],
        ["x", ""],
        ["y", "-0.5"],
    ]


def test_no_text_is_a_formula() -> None:
    evil = ("=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx")

    (_, *lines) = read(bytes(csv_file("x", ("title",), [(text,) for text in evil]).body))

    assert [line[0] for line in lines] == [f"'{text}" for text in evil]
