"""What do other services know about an article: its title in another language, its archived
copy?
"""

# Protocols of translators. Defined here, since checks need it before the models are loaded.
LIBRETRANSLATE, OPENAI = "libretranslate", "openai"
