"""The picture of a chart that leaves the site."""

import io

import pytest
from PIL import Image

from tracker.web.charts.png import render_png

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 40" font-family="sans-serif">'
    '<rect width="300" height="40" fill="#ffffff"/>{}</svg>'
)


def picture(inner):
    return Image.open(io.BytesIO(render_png(SVG.format(inner)))).convert("RGB")


def text(words):
    return picture(f'<text x="5" y="25" font-size="18" fill="#000000">{words}</text>').tobytes()


def test_it_shows_what_the_svg_shows_at_twice_its_size():
    image = picture('<path d="M10 10h20v20h-20z" fill="#c2410c"/>')
    assert image.size == (600, 80)
    assert image.getpixel((40, 40)) == (194, 65, 12)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Twitter", "Twitted"), ("Россия", "Россия".replace("я", "й")), ("Ελλάς", "Ελλάδ")],
)
def test_letters_of_the_shipped_font_can_be_told_apart(one, other):
    assert text(one) != text(other)


@pytest.mark.services
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("封锁中国", "封锁美国"),
        ("حظر تويتر", "حظر تلغرام"[:9]),
        ("प्रतिबन्ध", "प्रतिबन्द"),
        ("금지된 앱", "금지된 글"),
    ],
    ids=["Chinese", "Arabic", "Hindi", "Korean"],
)
def test_letters_of_other_scripts_can_be_told_apart_with_the_systems_fonts(one, other):
    """Boxes would be alike: the texts have as many characters."""
    assert len(one) == len(other)
    assert text(one) != text(other)
