"""Which words of our lists does a text hold? Reads data/*.toml; boilerplate is blanked first.

May import letters and the plain types (`text`, `data_files`).
"""
