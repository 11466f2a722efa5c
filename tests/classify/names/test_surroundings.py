"""What stands beside a name and is none: where somebody is from, what they are, whose work it
is.
"""

import pytest

from tracker.classify import Kind, Text, read_text
from tracker.classify.facts.targets import find_targets

SUSPENSION, REMOVAL, DENIAL = Kind.ACCOUNT_SUSPENSION, Kind.CONTENT_REMOVAL, Kind.SERVICE_DENIAL
REPORTS = {
    "from a town, English": (
        ("en", SUSPENSION, "YouTube bans activist from Leeds", "Mara Quill had 20,000 followers."),
        ["Mara Quill"],
    ),
    "from a town, French": (
        ("fr", SUSPENSION, "YouTube bannit une vidéaste de Lyon", "La chaîne de Lise Ormont a été"),
        ["Lise Ormont"],
    ),
    "from a town, German": (
        ("de", SUSPENSION, "X sperrt Aktivistin aus Kiel", "Das Konto von Lena Dorn ist weg."),
        ["Lena Dorn"],
    ),
    "from a town, Indonesian": (
        ("id", SUSPENSION, "TikTok blokir kreator asal Lombok", "Akun Andi Wibisana diblokir."),
        ["Andi Wibisana"],
    ),
    "from a town, with an adjective between": (
        ("fr", SUSPENSION, "Un média local de Savoie exclu de Facebook", "La page du Vallon Libre"),
        ["Vallon Libre"],
    ),
    "a maker's town in the summary": (
        (
            *("es", DENIAL, "Apple retira una aplicación de alertas"),
            "La empresa eliminó el martes RadarVecino, creada por un programador de Tucson.",
        ),
        ["RadarVecino"],
    ),
    "a town before an outlet": (
        ("en", SUSPENSION, "Meta suspends account of Kiel magazine Hafenblick", ""),
        ["Hafenblick"],
    ),
    "a town before an outlet, German": (
        ("de", SUSPENSION, "Instagram sperrt Konto der Kieler Zeitung Abendlicht", ""),
        ["Abendlicht"],
    ),
    "a trade in the genitive, German": (
        ("de", SUSPENSION, "X sperrt Konto des Umweltaktivisten Jonas Ahrendt", ""),
        ["Jonas Ahrendt"],
    ),
    "a compound before a name": (
        ("de", REMOVAL, "Spotify löscht Punk-Band Sturmvogel", ""),
        ["Sturmvogel"],
    ),
    "a compound in one word before a name": (
        ("de", DENIAL, "Cloudflare wirft Hassforum Nesselrode raus", ""),
        ["Nesselrode"],
    ),
    "a compound without a name": (
        (
            *("de", REMOVAL, "Thüringer Punk-Band von Spotify gelöscht"),
            "Die Musik von Sturmfront Havel ist nicht mehr abrufbar.",
        ),
        ["Sturmfront Havel"],
    ),
    "a nationality within a name": (
        ("de", SUSPENSION, "Facebook löscht Seite der Deutschen Vogelhilfe", ""),
        ["Deutschen Vogelhilfe"],
    ),
    "who comes from a region, French": (
        ("fr", SUSPENSION, "TikTok bannit le Rennais Malo Kerduff", ""),
        ["Malo Kerduff"],
    ),
    "the maker of a work in quotes": (
        ("en", REMOVAL, "YouTube removes Dune Choir's 'Night Road' video", ""),
        ["Dune Choir", "Night Road"],
    ),
    "the maker of a work in quotes, Turkish": (
        ("tr", REMOVAL, "Spotify, Demir Taş'ın 'Gece Yolu' şarkısını kaldırdı", ""),
        ["Demir Taş", "Gece Yolu"],
    ),
    "a work in quotes right after the act": (
        ("fr", REMOVAL, "Amazon supprime « Soigner sans médecin »", ""),
        ["Soigner sans médecin"],
    ),
    "a remark after a colon": (
        (
            *("en", SUSPENSION, "Group loses its page on Facebook: 'We carry on'"),
            "The Salt Circle, whose page was removed, had 900 members.",
        ),
        ["Salt Circle"],
    ),
    "an abbreviation for what somebody is": (
        (
            *("pt", REMOVAL, "Instagram remove publicações de ONG"),
            "A Flores do Cais diz que nove posts foram apagados.",
        ),
        ["Flores do Cais"],
    ),
    "a common word that begins a sentence": (
        (
            *("id", DENIAL, "Google hapus aplikasi pinjol CepatUang dari Play Store"),
            "Aplikasi itu tidak tersedia. Sebelumnya CepatUang diunduh sejuta kali.",
        ),
        ["CepatUang"],
    ),
    "a sure name in the summary beside a class in the title": (
        (
            *("en", REMOVAL, "Facebook removes Peruvian potters' posts"),
            "It took down a post by Alfareras del Norte.",
        ),
        ["Alfareras del Norte"],
    ),
    "the summary's first name beside a class": (
        (
            *("en", DENIAL, "Apple removes another VPN from its Russian App Store"),
            "Tunnel Otter says its app is no longer available to iPhone users.",
        ),
        ["Tunnel Otter"],
    ),
    "a class of the summary beside a name": (
        (
            *("en", SUSPENSION, "X suspends Portuguese researcher"),
            "The account of Ines Caldel, who tracks bot networks, was suspended.",
        ),
        ["Ines Caldel"],
    ),
    "a remark before a colon": (
        (
            *("en", Kind.REINSTATEMENT, "“A mistake”: X reinstates Polish reporter"),
            "Marek Wilgosz’s account reappeared on Friday.",
        ),
        ["Marek Wilgosz"],
    ),
    "a compound and whom it serves": (
        (
            *("de", DENIAL, "Apple wirft Warn-App für Migranten raus"),
            "Die App „Kontrollkatze“ ist verschwunden.",
        ),
        ["Kontrollkatze"],
    ),
    "a radio's name": (
        ("fr", SUSPENSION, "Radio Kolenten privée de son compte X", ""),
        ["Radio Kolenten"],
    ),
}


@pytest.mark.parametrize(("report", "names"), REPORTS.values(), ids=REPORTS)
def test_only_who_was_hit_is_named(report, names):
    language, kind, title, summary = report
    seen = read_text(Text(title, summary, "", language))
    acting = [m.value for m in seen.mentions["title"] if m.table == "platform"]
    given = find_targets(seen.zones, seen.mentions, seen.language, [kind], acting)
    assert list(given) == names
