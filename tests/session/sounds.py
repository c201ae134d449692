"""Silence of two lengths, as the service sends sound."""

import base64

LONG = base64.b64encode(bytes(48_000 * 5)).decode()  # five seconds
SHORT = base64.b64encode(bytes(4_800)).decode()  # 50 ms
