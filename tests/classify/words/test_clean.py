import time

import pytest

from tracker.classify.text import Text
from tracker.classify.words.clean import clean, clean_summary, clean_title
from tracker.classify.words.roundups import split_roundup

NEWS = "Rivers rise in the north."
LINES = {
    "hn": "Article URL: https://x.example/tiktok Comments URL: https://y.example/4 Points: 24",
    "reddit": "submitted by /u/some_name to r/news [link] [comments]",
    "en post": "The post Rivers rise and YouTube streams it appeared first on The Valley Paper.",
    "de post": "Der Beitrag Flüsse steigen, sagt Facebook erschien zuerst auf Talbote.",
    "fr post": "L’article Facebook et les rivières est apparu en premier sur La Vallée.",
    "es post": "La entrada Los ríos suben se publicó primero en Diario Valle.",
    "pt post": "O post Rios sobem apareceu primeiro em Jornal do Vale.",
    "it post": "L'articolo I fiumi salgono proviene da Valle Oggi.",
    "nl post": "Het bericht Rivieren stijgen verscheen eerst op Dalbode.",
    "pl post": "Artykuł Rzeki rosną pochodzi z serwisu Dolina.",
    "ru post": "Сообщение Реки растут появились сначала на Долина.",
    "id post": "Sungai Naik pertama kali tampil pada Lembah.",
    "ar post": "ظهرت المقالة الأنهار ترتفع أولاً على الوادي.",
    "en follow": "Follow us on Twitter, Facebook and YouTube!",
    "en channel": "Subscribe to our Telegram channel: t.me/valley.",
    "de follow": "Folgen Sie uns auf Facebook und Instagram.",
    "fr follow": "Suivez-nous sur Facebook et Twitter.",
    "es follow": "Síguenos en Facebook, X y WhatsApp.",
    "pt follow": "Siga-nos no Instagram e no YouTube.",
    "pt channel": "Clique aqui para entrar em nosso canal no WhatsApp",
    "it follow": "Seguici su Facebook e Telegram.",
    "nl follow": "Volg ons op Facebook.",
    "pl follow": "Śledź nas na Facebooku.",
    "ru follow": "Подписывайтесь на наш канал в Telegram.",
    "uk follow": "Підписуйтесь на наш Telegram.",
    "tr follow": "Bizi Twitter'dan ve Facebook'tan takip edin.",
    "id follow": "Ikuti kami di Instagram dan TikTok.",
    "vi follow": "Theo dõi chúng tôi trên Facebook.",
    "ar follow": "تابعونا على فيسبوك وتويتر.",
    "fa follow": "ما را در تلگرام دنبال کنید.",
    "he follow": "עקבו אחרינו בפייסבוק.",
    "hi follow": "हमें फेसबुक पर फॉलो करें।",
    "ja follow": "YouTubeチャンネル登録はこちら。",
    "zh follow": "欢迎关注我们的微信公众号。",
    "ko follow": "카카오톡 채널 추가하세요.",
    "more": "Continue reading on Medium »",
    "more fr": "Lire la suite…",
    "more vi": "Xem thêm...",
    "credit": "(Photo: X/@ministry)",
    "credit de": "Foto: Facebook/Feuerwehr Talstadt",
    "credit pt": "Reprodução: Instagram",
    "credit ja": "写真：YouTube",
    "alert": "You received this email because you have subscribed to Google Alerts.",
    "via": "(via Twitter)",
    "tweet": "— A Ministry (@ministry) May 3, 2023",
    "embed": "View this post on Instagram",
    "share": "Share on Facebook",
    "rights": "© 2024 Valley Twitter Ltd",
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_lines_that_are_no_news_are_cut(line):
    cut = clean_summary(f"{NEWS} {line}")
    assert cut.startswith(NEWS)
    assert not [letter for letter in cut[len(NEWS) :] if letter.isalnum()]
    assert len(cut) == len(NEWS) + 1 + len(line)


@pytest.mark.parametrize(
    "words",
    [
        "YouTube closes the channel of a newspaper after a post on its page.",
        "The source: Facebook will follow the rule, says a ministry",
        "Telegram-Kanal gesperrt: Foto zeigte Gewalt",
        "Twitter suspends a singer who posted a photo of a bill",
        "Users read more news on Facebook than before.",
        "Instagram löscht Bild: Künstler wehrt sich",
        "Roskomnadzor blocks YouTube. Читать стало нечего",
        "X의 계정이 정지됐다",
    ],
)
def test_news_stays(words):
    assert clean_summary(words) == words
    assert clean_title(words) == words


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("Twitter bans a farmer - BBC News", "Twitter bans a farmer"),
        ("Twitter bans a farmer | Reuters", "Twitter bans a farmer"),
        ("Twitter sperrt einen Bauern – DER SPIEGEL", "Twitter sperrt einen Bauern"),
        ("Твиттер заблокировал фермера — РИА Новости", "Твиттер заблокировал фермера"),
        ("推特封禁一名农民的账号_新浪新闻", "推特封禁一名农民的账号"),
        ("A song about a river and its bridge - YouTube", "A song about a river and its bridge"),
        ("Farmer banned from Twitter - report", "Farmer banned from Twitter - report"),
        ("Ban - Reuters", "Ban - Reuters"),
        ("Kanal weg - YouTube sperrt Bauern", "Kanal weg - YouTube sperrt Bauern"),
        ("Farmer shocked https://x.example/facebook", "Farmer shocked"),
    ],
)
def test_the_publishers_name_goes_from_a_title(title, left):
    assert clean_title(title).strip() == left
    assert len(clean_title(title)) == len(title)


def test_two_sentences_stay_two():
    cut = clean_summary("A minister is angry Follow us on Facebook. He bans maize")
    assert "." in cut[len("A minister is angry") : cut.index("He")]


def test_all_zones_are_cleaned():
    text = Text("A bridge is closed - BBC News", "Read more...", "Follow us on X.", "en")
    cut = clean(text)
    assert [cut.title.strip(), cut.summary.strip(), cut.body.strip(" .")] == [
        "A bridge is closed",
        "",
        "",
    ]
    assert cut.language == "en"


@pytest.mark.parametrize(
    "piece",
    ["the post ", "follow us ", "photo: a/", "(@a) - ", "via ", "; ", "takip edin ", "(foto "],
)
def test_hostile_text_is_cleaned_at_once(piece):
    words = (piece * 10_000)[:10_000]
    clean_summary("warm up")
    start = time.thread_time()
    clean_summary(words)
    clean_title(words[:600])
    split_roundup(words[:600])
    assert time.thread_time() - start < 0.2
