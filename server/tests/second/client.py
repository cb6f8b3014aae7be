"""Meets a site as people with other programs do: pyotp as the app, and soft-webauthn, which is built
on Yubico's python-fido2, as the security key.

usage: client.py http://localhost:PORT

Ends with 0 if everything went as it should.
"""

import base64
import html
import http.cookiejar
import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import pyotp
from fido2.webauthn import PublicKeyCredentialCreationOptions, PublicKeyCredentialRequestOptions
from soft_webauthn import SoftWebauthnDevice

SITE = sys.argv[1]
PASSWORD = "correct horse battery"


class Browser:
    """A browser without script."""

    def __init__(self):
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.opener.addheaders = [("Accept", "text/html"), ("Sec-Fetch-Site", "same-origin")]

    def visit(self, path, form=None):
        """The page behind a link or a form, and where it is."""
        body = form and urllib.parse.urlencode(form).encode()
        try:
            answer = self.opener.open(SITE + path, body, timeout=30)
        except urllib.error.HTTPError as refused:
            answer = refused
        return urllib.parse.urlsplit(answer.url).path, answer.read().decode()

    def goes_to(self, expected, path, form):
        arrived, page = self.visit(path, form)
        assert arrived == expected, f"{path} led to {arrived}: {re.sub('<[^>]*>', ' ', page)[:600]}"
        return page


def asked(page):
    """What the button of a page asks a passkey."""
    return json.loads(html.unescape(re.search('data-passkey="([^"]*)"', page)[1]))


def hidden(page, name):
    return html.unescape(re.search(f'name="{name}" value="([^"]*)"', page)[1])


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def as_json(credential):
    """As a browser's toJSON() writes it."""
    response = {name: encode(value) for name, value in credential["response"].items() if value is not None}
    raw = encode(credential["rawId"])
    return json.dumps(
        {"id": raw, "rawId": raw, "type": "public-key", "clientExtensionResults": {}, "response": response}
    )


def log_in(browser, name):
    return browser.goes_to("/login/second", "/login", {"username": name, "password": PASSWORD})


def try_app():
    browser = Browser()
    browser.goes_to("/profile", "/signup", {"username": "ann", "password": PASSWORD})
    page = browser.goes_to("/settings/second/app", "/settings/second", {"act": "add-app"})
    totp = pyotp.TOTP(re.search("link-shown[^>]*>([^<]*)<", page)[1].replace(" ", ""))
    told = pyotp.parse_uri(html.unescape(re.search('href="(otpauth:[^"]*)"', page)[1]))
    assert (told.secret, told.issuer, told.name) == (totp.secret, "Silhouette", "ann"), vars(told)
    # Not at the very end of a step.
    time.sleep(max(0, 3 - (30 - time.time() % 30)))
    page = browser.goes_to("/settings/second/codes", "/settings/second/app", {"app-code": told.now()})
    codes = re.findall("<li><code>([^<]*)<", page)
    assert len(codes) == 10

    elsewhere = Browser()
    log_in(elsewhere, "ann")
    elsewhere.goes_to("/login/second", "/login/second", {"second-code": totp.at(time.time() - 3600)})
    elsewhere.goes_to("/profile", "/login/second", {"second-code": totp.at(time.time() + 30)})
    elsewhere = Browser()
    log_in(elsewhere, "ann")
    elsewhere.goes_to("/profile", "/login/second", {"recovery-code": codes[7].upper()})


def try_key():
    browser, key = Browser(), SoftWebauthnDevice()
    browser.goes_to("/profile", "/signup", {"username": "bea", "password": PASSWORD})
    _, page = browser.visit("/settings/passkeys")
    options = asked(page)
    # As python-fido2 reads it.
    PublicKeyCredentialCreationOptions.from_dict(
        options
        | {"challenge": decode(options["challenge"])}
        | {"user": options["user"] | {"id": decode(options["user"]["id"])}}
    )
    given = options | {"challenge": decode(options["challenge"])}
    given["user"] = options["user"] | {"id": decode(options["user"]["id"])}
    made = key.create({"publicKey": given}, SITE)
    form = {
        "act": "add-passkey",
        "passkey-name": "Soft key",
        "new-passkey": as_json(made),
        "new-passkey-question": hidden(page, "new-passkey-question"),
    }
    browser.goes_to("/settings/second/codes", "/settings/passkeys", form)

    for origin, expected in [("http://localhost:1", "/login/second"), (SITE, "/profile")]:
        elsewhere = Browser()
        page = log_in(elsewhere, "bea")
        options = asked(page)
        assert [known["id"] for known in options["allowCredentials"]] == [encode(key.credential_id)]
        given = options | {"challenge": decode(options["challenge"])}
        given["allowCredentials"] = [
            {"type": "public-key", "id": decode(known["id"])} for known in options["allowCredentials"]
        ]
        PublicKeyCredentialRequestOptions.from_dict(given)
        form = {
            "passkey-answer": as_json(key.get({"publicKey": given}, origin)),
            "passkey-question": hidden(page, "passkey-question"),
        }
        elsewhere.goes_to(expected, "/login/second", form)
    # It holds once.
    other = Browser()
    log_in(other, "bea")
    other.goes_to("/login/second", "/login/second", form)


try_app()
try_key()
