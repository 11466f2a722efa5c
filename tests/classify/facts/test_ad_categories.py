"""Which advertisements a ban is about: a category in any language, or an advertiser."""

import pytest

from tracker.classify import Kind, Text, read_text
from tracker.classify.facts.targets import find_targets

BANS = {
    ("en", "Pinterest bans ads for weight-loss drugs"): "weight-loss ads",
    ("fr", "Pinterest interdit la publicité pour les médicaments amaigrissants"): "weight-loss ads",
    ("de", "TikTok verbannt Werbung für Abnehmspritzen"): "weight-loss ads",
    ("pt", "Meta proíbe anúncios de aplicativos de companhia com IA"): "AI companion ads",
    ("de", "Meta verbietet Werbung für KI-Begleiter-Apps"): "AI companion ads",
    ("en", "Meta bans ads for AI companion apps"): "AI companion ads",
    ("es", "Google prohíbe los anuncios de apuestas en Kenia"): "gambling ads",
    ("nl", "TikTok weigert reclame voor sigaretten"): "tobacco ads",
    ("en", "Facebook bans ads for Bitcoin and other cryptocurrencies"): "cryptocurrency ads",
    # An advertiser is more than what it advertises.
    ("en", "Meta rejects Ridgeway Clinic's menopause ads"): "Ridgeway Clinic",
    ("fr", "Instagram refuse les publicités de la cave Ormont Vins"): "Ormont Vins",
    ("en", "Facebook rejects ads of wine shop Cellar Brightwood"): "Cellar Brightwood",
}


@pytest.mark.parametrize(("language", "title"), BANS)
def test_a_category_has_one_name_in_all_languages_and_an_advertiser_its_own(language, title):
    seen = read_text(Text(title, "", "", language))
    acting = [m.value for m in seen.mentions["title"] if m.table == "platform"]
    given = find_targets(seen.zones, seen.mentions, seen.language, [Kind.AD_BAN], acting)
    assert list(given) == [BANS[language, title]]
