"""The version of this program, as in pyproject.toml; it stands in every backup."""

VERSION = "0.1.0"
