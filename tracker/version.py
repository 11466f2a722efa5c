"""The version of this program: the package takes it from here, and every backup states it."""

VERSION = "0.1.0"
