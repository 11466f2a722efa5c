"""Platforms whose name is a common word: sentences of our own in the twenty languages."""

import time

import pytest

from tracker.classify.words.lexicon import lexicon

NAMED = [
    ("ar", "حجب تطبيق سيغنال في البلاد", "signal"),
    ("ar", "منصة إكس تحذف حساب صحفي", "twitter"),
    ("ar", "فيزا وماستركارد توقفان المدفوعات لموقع", "visa"),
    ("de", "Messenger Signal sperrt Nutzer", "signal"),
    ("de", "X löscht Beiträge eines Bauern", "twitter"),
    ("de", "Auf Steam ist das Spiel nicht mehr zu haben", "steam"),
    ("de", "Visa und Mastercard kündigen Portal", "visa"),
    ("en", "Signal suspends a farmer's account", "signal"),
    ("en", "Kick bans streamer after broadcast", "kick"),
    ("en", "The band was banned from Discord for a week", "discord"),
    ("en", "Brazil's court lifts its ban on X", "twitter"),
    ("en", "Farmers say Zoom blocked their webinar", "zoom"),
    ("en", "Visa stops payments to a bookshop", "visa"),
    ("es", "X suspende la cuenta de un agricultor", "twitter"),
    ("es", "El gobierno bloquea la aplicación Signal", "signal"),
    ("es", "Steam retira un juego de terror", "steam"),
    ("fa", "پیام‌رسان سیگنال فیلتر شد", "signal"),
    ("fa", "پیام‌رسان ایتا کانال یک روزنامه را بست", "eitaa"),
    ("fr", "La messagerie Signal bloquée par le gouvernement", "signal"),
    ("fr", "X suspend le compte d'un agriculteur", "twitter"),
    ("fr", "Visa et Mastercard cessent leurs paiements à un site", "visa"),
    ("he", "אפליקציית סיגנל נחסמה במדינה", "signal"),
    ("hi", "सोशल मीडिया प्लेटफॉर्म एक्स ने किसान का अकाउंट बंद किया", "twitter"),
    ("hi", "मैसेजिंग ऐप सिग्नल पर रोक", "signal"),
    ("id", "Pemerintah memblokir Signal sejak Senin", "signal"),
    ("id", "X menangguhkan akun seorang petani", "twitter"),
    ("it", "X sospende il profilo di un contadino", "twitter"),
    ("it", "Il governo blocca Signal in tutto il paese", "signal"),
    ("ja", "メッセージアプリ「シグナル」を遮断", "signal"),
    ("ja", "LINEで偽広告を削除", "line"),
    ("ko", "메신저 시그널을 차단", "signal"),
    ("ko", "게임 플랫폼 스팀에서 삭제", "steam"),
    ("nl", "Overheid blokkeert Signal in het hele land", "signal"),
    ("nl", "X schorst account van boer", "twitter"),
    ("pl", "Rząd blokuje komunikator Signal", "signal"),
    ("pl", "Konto rolnika na X zawieszone", "twitter"),
    ("pt", "X remove publicações de um agricultor", "twitter"),
    ("pt", "Governo bloqueia o aplicativo Signal", "signal"),
    ("ru", "Мессенджер Signal заблокирован", "signal"),
    ("ru", "Соцсеть X удалила запись фермера", "twitter"),
    ("ru", "В Steam удалили игру", "steam"),
    ("tr", "X çiftçinin hesabını askıya aldı", "twitter"),
    ("tr", "Discord'a erişim engellendi", "discord"),
    ("uk", "Месенджер Signal заблокували", "signal"),
    ("vi", "Chính phủ chặn ứng dụng Signal", "signal"),
    ("vi", "Mạng xã hội X khóa tài khoản nông dân", "twitter"),
    ("zh", "社交平台X封禁农民账号", "twitter"),
    ("zh", "Signal被封锁", "signal"),
    ("pl", "Rada nadzorcza Facebooka uchyla blokadę", "meta"),
    ("zh", "通訊軟體LINE刪除假廣告", "line"),
]


@pytest.mark.parametrize(("language", "title", "slug"), NAMED, ids=[n[1] for n in NAMED])
def test_a_common_word_is_a_name_where_the_words_around_say_so(language, title, slug):
    assert slug in {h.value for h in lexicon().find(title, language) if h.table == "platform"}


OTHERS = [
    ("en", "SpaceX launches a rocket"),
    ("en", "US Visa Restrictions Hit Students"),
    ("en", "Visa suspension hits students"),
    ("en", "Tourists need a visa before they travel"),
    ("en", "Signal failure stops trains in the north"),
    ("en", "Square Enix Removes Game Scenes"),
    ("en", "Malcolm X Film Banned in School"),
    ("en", "Profit Outlook Cut"),
    ("en", "Methanol ban after poisoning"),
    ("en", "Medium-term outlook: rates stay"),
    ("de", "Das ist ein Signal der Hoffnung, sagt der Minister"),
    ("de", "Illegale Visa für Bauern: Behörde sperrt Konten"),
    ("es", "Europa insta a bloquear las armas"),
    ("es", "En el siglo X se prohibió la obra"),
    ("fa", "دولت ایتالیا حساب یک باشگاه را مسدود کرد"),
    ("fa", "صدور ویزای شنگن متوقف شد"),
    ("fr", "Le pape Pie X interdit un livre"),
    ("he", "הרכבת נעצרה בגלל סיגנל"),
    ("hi", "राजधानी एक्सप्रेस रद्द, यात्रियों पर रोक"),
    ("hi", "वीजा पर रोक, छात्रों को झटका"),
    ("id", "Komisi X DPR larang pungutan di sekolah"),
    ("id", "Seluruh aparat dilarang berpolitik"),
    ("ja", "ビザの発給を停止"),
    ("ja", "湘南新宿ラインが運転を停止"),
    ("ja", "メタバースの広告を禁止"),
    ("ja", "インスタント食品の販売を停止"),
    ("ko", "소비자 계정 정지"),
    ("ko", "미국 비자 발급 중단"),
    ("ko", "시스팀 계정 차단"),
    ("pl", "Rada nadzorcza spółki zawiesza prezesa"),
    ("ko", "금융감독위원회가 계정을 정지"),
    ("pl", "Aparat fotograficzny zakazany w muzeum"),
    ("pl", "Sejm X kadencji zakazuje"),
    ("pt", "Juiz bloqueia o visa de estudantes"),
    ("tr", "X. yüzyıl eseri yasaklandı"),
    ("vi", "Khóa X của trường bị cấm"),
    ("ar", "تأشيرة وفيزا العمل ممنوعة"),
]


@pytest.mark.parametrize(("language", "title"), OTHERS, ids=[title for _, title in OTHERS])
def test_a_common_word_elsewhere_is_none(language, title):
    mentions = [h for h in lexicon().find(title, language) if h.table == "platform"]
    assert [title[h.start : h.end] for h in mentions] == []


@pytest.mark.parametrize("word", ["Signal", "X", "visa", "LINE", "فيزا"])
def test_somebody_who_looks_for_the_name_finds_it(word):
    assert lexicon().find(word, "")


@pytest.mark.parametrize("piece", ["X ", "Signal X ", "visa ", "إكس ", "ایتا", "X,X "])
def test_hostile_text_is_read_at_once(piece):
    words = (piece * 10_000)[:6_000]
    lexicon().find("warm up", "en")
    start = time.thread_time()
    lexicon().find(words, "en")
    assert time.thread_time() - start < 0.5
