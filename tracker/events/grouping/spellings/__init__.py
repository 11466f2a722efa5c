"""Is this one name, spelt in two ways, or two names? Pure.

An unlisted name has no English spelling to refer to: "Brandt", "L. Brandt", "Lena Brandts" and
"Лена Брандт" are one name, and so are "남궁민석" and "Namgung Min-seok"; "Karl Brandt" is another,
and a Japanese name in Chinese characters cannot be compared.
"""
