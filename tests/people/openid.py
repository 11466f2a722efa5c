"""An OpenID provider on loopback, for tests: it signs everybody in, with signed tokens."""

import base64
import hashlib
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

KEY = RSAKey.generate_key(2048, {"kid": "first", "alg": "RS256", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "first", "alg": "RS256", "use": "sig"})


class Provider:
    """What the provider says of the person, and what it does wrong."""

    def __init__(self):
        self.issuer = ""
        self.claims = {"sub": "7", "email": "anna@example.org", "email_verified": True}
        self.codes = {}
        self.forged = {}
        self.key = KEY
        self.has_token = True

    def sign_in(self, address):
        """The path and query to which the provider sends back who was sent to `address`."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["code_challenge_method"] == "S256"
        assert asked["response_type"] == "code"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form):
        """The answer to a code, which works once and with the secret of its hash alone."""
        asked = self.codes.pop(form.get("code"), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or challenge != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
        }
        text = jwt.encode(
            {"alg": "RS256", "kid": "first"}, claims | self.claims | self.forged, self.key
        )
        answer = {"access_token": "x", "token_type": "Bearer", "expires_in": 60}
        return 200, answer | ({"id_token": text} if self.has_token else {})

    def description(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }


class ProviderServer(ThreadingHTTPServer):
    provider: Provider


class Handler(BaseHTTPRequestHandler):
    server: ProviderServer

    def do_GET(self):
        provider = self.server.provider
        pages = {
            "/.well-known/openid-configuration": provider.description(),
            "/keys": KeySet([KEY]).as_dict(private=False),
        }
        if self.path.startswith("/authorize"):
            self.send_response(302)
            back = parse_qs(urlsplit(self.path).query)["redirect_uri"][0]
            path = provider.sign_in(self.path)
            parts = urlsplit(back)
            self.send_header("Location", f"{parts.scheme}://{parts.netloc}{path}")
            self.end_headers()
            return
        self._say(*((200, pages[self.path]) if self.path in pages else (404, {})))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._say(*self.server.provider.token(form))

    def _say(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def running_provider():
    """A provider that answers until the end of the block."""
    provider = Provider()
    server = ProviderServer(("127.0.0.1", 0), Handler)
    server.provider = provider
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
