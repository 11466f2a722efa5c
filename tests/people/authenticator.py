"""A software authenticator (WebAuthn), for tests: makes and uses passkeys as a browser would."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, WITH_KEY = 1, 4, 64


@dataclass
class Authenticator:
    """One passkey of one host."""

    host: str = "localhost"
    origin: str = "http://localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, options):
        """What a browser answers to the options of a new passkey."""
        client = self._client("webauthn.create", options)
        numbers = self.key.public_key().public_numbers()
        cose = cbor2.dumps(
            {
                1: 2,
                3: -7,
                -1: 1,
                -2: numbers.x.to_bytes(32, "big"),
                -3: numbers.y.to_bytes(32, "big"),
            }
        )
        data = self._data(WITH_KEY) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cose
        statement = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._answer(clientDataJSON=client, attestationObject=cbor2.dumps(statement))

    def get(self, options):
        """What a browser answers to the options of a sign-in."""
        client, data = self._client("webauthn.get", options), self._data(0)
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _client(self, action, options):
        challenge = json.loads(options)["challenge"]
        values = {"type": action, "challenge": challenge, "origin": self.origin}
        return json.dumps(values).encode()

    def _data(self, flags):
        self.count += 1
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([self.flags | flags]) + self.count.to_bytes(4, "big")

    def _answer(self, **parts):
        number = bytes_to_base64url(self.id)
        response = {name: bytes_to_base64url(part) for name, part in parts.items()}
        return json.dumps(
            {"id": number, "rawId": number, "type": "public-key", "response": response}
        )
