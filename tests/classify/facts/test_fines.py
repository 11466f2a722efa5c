import pytest

from tracker.classify.facts.fines import find_fine

FINES = {
    "en euro": ("en", "Clipshare fined €320 million over children's data", 320_000_000, "EUR"),
    "en bn": ("en", "Regulator hands Clipshare a $5bn penalty", 5_000_000_000, "USD"),
    "en settle": ("en", "Vidbox to pay $24.5 million to settle ban lawsuit", 24_500_000, "USD"),
    "en Australia": ("en", "Australia's eSafety fines Chirp $610,500", 610_500, "AUD"),
    "en pounds": ("en", "Ofcom fines forum £20,000 for ignoring requests", 20_000, "GBP"),
    "en crore": ("en", "Court slaps ₹2.5 crore fine on Chirp", 25_000_000, "INR"),
    "en lakh": ("en", "Chirp fined Rs 50 lakh by High Court", 5_000_000, "INR"),
    "de": ("de", "Clipshare muss 4,5 Millionen Euro Bußgeld zahlen", 4_500_000, "EUR"),
    "de Mrd": ("de", "1,2 Mrd. Euro Strafe für Clipshare", 1_200_000_000, "EUR"),
    "fr": (
        "fr", "La Cnil inflige une amende de 60 millions d'euros à Clipshare", 60_000_000, "EUR",
    ),
    "es": ("es", "Multa de 12 millones de euros a Clipshare", 12_000_000, "EUR"),
    "pt": ("pt", "STF multa Clipshare em R$ 5 milhões", 5_000_000, "BRL"),
    "pt reais": ("pt", "Rede paga multa de 15 milhões de reais", 15_000_000, "BRL"),
    "it": ("it", "Multa da 3,5 milioni di euro a Clipshare", 3_500_000, "EUR"),
    "nl": ("nl", "Clipshare krijgt boete van 290 miljoen euro", 290_000_000, "EUR"),
    "pl": ("pl", "UOKiK nałożył 5,2 mln zł kary na Clipshare", 5_200_000, "PLN"),
    "ru": ("ru", "Суд оштрафовал Clipshare на 500 000 рублей", 500_000, "RUB"),
    "ru mln": ("ru", "Суд назначил Clipshare штраф 4 млн руб.", 4_000_000, "RUB"),
    "uk": ("uk", "Clipshare оштрафували на 1,5 млн грн", 1_500_000, "UAH"),
    "tr": ("tr", "Clipshare'e 10 milyon lira para cezası kesildi", 10_000_000, "TRY"),
    "id": ("id", "Clipshare didenda Rp 2 miliar", 2_000_000_000, "IDR"),
    "vi": ("vi", "Clipshare bị phạt 200 triệu đồng", 200_000_000, "VND"),
    "ar": ("ar", "تغريم المنصة 10 ملايين دولار", 10_000_000, "USD"),
    "fa": ("fa", "این شبکه ۵ میلیون یورو جریمه شد", 5_000_000, "EUR"),
    "he": ("he", "הרשת נקנסה ב-2 מיליון שקל", 2_000_000, "ILS"),
    "hi": ("hi", "अदालत ने कंपनी पर 50 लाख रुपये का जुर्माना लगाया", 5_000_000, "INR"),
    "ja": ("ja", "同社に1.2億円の課徴金", 120_000_000, "JPY"),
    "ko": ("ko", "방통위, 업체에 과징금 3억5천만원 부과", 350_000_000, "KRW"),
    "zh": ("zh", "该平台被罚款8亿元", 800_000_000, "CNY"),
    "zh dollars": ("zh", "平臺遭罰款5000萬美元", 50_000_000, "USD"),
}  # fmt: skip


@pytest.mark.parametrize(("language", "title", "value", "currency"), FINES.values(), ids=FINES)
def test_a_fine_is_read_with_its_currency(language, title, value, currency):
    fine = find_fine({"title": title, "summary": "", "body": ""}, language)
    assert fine is not None
    assert (fine.value, fine.currency, fine.zone) == (value, currency, "title")


NO_FINES = {
    "up to": ("en", "Platforms could face fines of up to €10 million"),
    "at risk": ("en", "Clipshare risks a fine of $50 million"),
    "a maximum": ("en", "The law sets fines up to A$49.5 million for platforms"),
    "revenue": ("en", "Clipshare, with revenue of $5 billion, was fined"),
    "a suit": ("en", "Singer sues Clipshare for $10 million after ban"),
    "a range": ("en", "Fines of €5-10 million are set in the law"),
    "daily": ("en", "Court fines Clipshare $9,000 a day until it obeys"),
    "users": ("en", "Clipshare fined; its 5 million users stay"),
    "a price": ("en", "Clipshare raises its price to $9.99"),
    "German maximum": ("de", "Es drohen Strafen bis zu 50 Millionen Euro"),
    "French risk": ("fr", "Clipshare risque une amende de 20 millions d'euros"),
    "Russian maximum": ("ru", "Соцсети грозит штраф до 8 млн рублей"),
    "Japanese maximum": ("ja", "違反には最大50億円の罰金"),
    "Chinese maximum": ("zh", "违者最高可罚款100万元"),
    "whose dollars": ("es", "Multa de $500,000 a Clipshare"),
    "an earlier one": ("en", "Clipshare, fined €1.2 billion in 2019, blocks a channel"),
    "annulled": ("en", "Court overturns €100 million fine on Clipshare"),
}


@pytest.mark.parametrize(("language", "title"), NO_FINES.values(), ids=NO_FINES)
def test_money_that_is_no_imposed_fine_is_left_out(language, title):
    assert find_fine({"title": title, "summary": "", "body": ""}, language) is None


def test_the_fine_may_stand_in_the_summary_only():
    summary = "The privacy authority imposed a penalty of EUR 1,250,000 on the firm."
    fine = find_fine({"title": "Clipshare fined", "summary": summary, "body": ""}, "en")
    assert fine is not None
    assert (fine.value, fine.zone) == (1_250_000, "summary")
    assert summary[fine.start : fine.end] == "EUR 1,250,000"


HOSTILE = [
    "9" * 6000,
    "1,1" * 2000,
    "$ " * 3000,
    "1 000 " * 1000,
    "fined $1 million " * 350,
    "万1" * 3000,
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("language", ["en", "fr", "ja", "ar", "xx"])
def test_hostile_text_raises_nothing(text, language):
    find_fine({"title": text[:600], "summary": text[:3000], "body": text}, language)


UNDER_A_TITLE = [
    (
        "Regulator fines Clipshare",
        "It has to pay 90 million euros within ten days.",
        "en",
        90_000_000,
    ),
    ("Komisja ukarała Clipshare", "Platforma ma zapłacić 90 mln euro.", "pl", 90_000_000),
    ("Clipshare could be fined", "It would have to pay 90 million euros.", "en", None),
    ("Clipshare fined", "The firm appeals. Its sales were 90 million euros.", "en", None),
    ("Clipshare removes a page", "The owner paid 90 million euros for it.", "en", None),
]


@pytest.mark.parametrize(("title", "summary", "language", "value"), UNDER_A_TITLE)
def test_the_sum_of_a_fine_that_the_title_tells_of(title, summary, language, value):
    fine = find_fine({"title": title, "summary": summary, "body": ""}, language)
    assert (fine and fine.value) == value
