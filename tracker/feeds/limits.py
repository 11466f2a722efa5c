"""Limits for what publishers send, in characters unless noted. Pure, so that parsing processes need
no database.
"""

TITLE_LIMIT = 500
SUMMARY_LIMIT = 4_000
BODY_LIMIT = 50_000
URL_LIMIT = 2_000
AUTHOR_LIMIT = 200
NAME_LIMIT = 200  # of a publisher
HOST_LIMIT = 253
LANGUAGE_LIMIT = 10
HEADER_LIMIT = 500  # of a response header that is read
ETAG_LIMIT = 500
LAST_MODIFIED_LIMIT = 100
REASON_LIMIT = 500  # of the reason why a poll failed
CAUSE_LIMIT = 30  # of its code
MARKUP_LIMIT = 200_000  # of one piece of HTML that is turned into text
ENTRY_LIMIT = 2_000  # entries of one body
PARSE_SECONDS = 10.0  # wall-clock seconds for one body, in its own process
PARSE_MEMORY = 256 * 2**20  # bytes of memory of such a process
