#!/usr/bin/env python3
"""Signs deliveries with the providers' own client libraries (svix, stripe, twilio) and writes them as JSON.

  python3 .ci/signatures.py deliveries.json

`tests/it/signatures.rs` accepts each of them and refuses it with any single bit changed. Everything in them is invented.
"""

import datetime
import hashlib
import json
import sys
import urllib.parse

import stripe
import svix.webhooks
import twilio.request_validator

AT = 1767225600
OUT = []


def say(**delivery):
    OUT.append({"account": "", "settings": None, "method": "POST", "target": "/webhooks/x", "base": "https://hooks.example.org",
                "received_at": AT + 3, **delivery})


def svix_signed(platform, prefix, secret, body, says):
    message = "msg_" + hashlib.sha1(body.encode()).hexdigest()[:20]
    when = datetime.datetime.fromtimestamp(AT, tz=datetime.timezone.utc)
    signature = svix.webhooks.Webhook(secret).sign(message, when, body)
    headers = {f"{prefix}-id": message, f"{prefix}-timestamp": str(AT), f"{prefix}-signature": signature}
    say(platform=platform, secrets=[secret], headers=headers, signed=list(headers), body=body, says={"key": message, **says})


def stripe_signed(secret, body, says):
    signature = stripe.WebhookSignature._compute_signature(f"{AT}.{body}", secret)
    headers = {"stripe-signature": f"t={AT},v1={signature}"}
    stripe.WebhookSignature.verify_header(body, headers["stripe-signature"], secret, None)
    say(platform="stripe", secrets=[secret], headers=headers, signed=list(headers), body=body, says=says)


class Repeated(dict):
    """Parameters of which one may stand there twice, as web frameworks keep them."""

    def getall(self, name):
        return self[name]


def twilio_signed(token, target, fields, says, algorithm=None, key=None, port="", **more):
    validator = twilio.request_validator.RequestValidator(token)
    url = f"https://hooks.example.org{port}{target}"
    params = Repeated()
    for name, value in fields:
        params.setdefault(name, []).append(value)
    headers = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8",
               "x-twilio-signature": validator.compute_signature(url, params, algorithm)}
    signed = ["x-twilio-signature"]
    secret = token
    if key:
        secret = f"{key}:{token}"
        headers["x-twilio-webhooks-signature-settings"] = f"key={key},algorithm={algorithm}"
        signed.append("x-twilio-webhooks-signature-settings")
    assert validator.validate(url, params, headers["x-twilio-signature"], algorithm)
    say(platform="twilio", account=dict(fields)["AccountSid"], secrets=[secret], target=target, headers=headers,
        signed=signed, body=urllib.parse.urlencode(fields), says=says, **more)


def twilio_json(token, target, body, says):
    validator = twilio.request_validator.RequestValidator(token)
    target += f"&bodySHA256={validator.compute_hash(body)}"
    url = f"https://hooks.example.org{target}"
    headers = {"content-type": "application/json", "x-twilio-signature": validator.compute_signature(url, {})}
    assert validator.validate(url, body, headers["x-twilio-signature"])
    say(platform="twilio", account="AC1", secrets=[token], target=target, headers=headers, signed=["x-twilio-signature"],
        body=body, says=says)


CLERK = "whsec_Y291bnRlZC11cC1zZWNyZXQtMDEyMzQ1"
svix_signed("clerk", "svix", CLERK, json.dumps(
    {"type": "user.created", "object": "event", "timestamp": AT * 1000 + 7, "instance_id": "ins_1",
     "data": {"id": "user_1", "first_name": "Zoë", "last_name": None, "updated_at": AT * 1000}}, ensure_ascii=False),
    {"type": "user.created"})
svix_signed("clerk", "webhook", CLERK, json.dumps(
    {"type": "organizationMembership.deleted", "object": "event", "timestamp": AT * 1000,
     "data": {"id": "orgmem_1", "role": "org:admin"}}), {"type": "organizationMembership.deleted"})
svix_signed("hint", "webhook", CLERK, "", {"type": "poll_now"})
stripe_signed("whsec_invented", json.dumps(
    {"id": "evt_1", "object": "event", "type": "customer.subscription.updated", "created": AT, "livemode": False,
     "data": {"object": {"id": "sub_1", "status": "past_due"}}}, indent=2), {"key": "evt_1", "type": "customer.subscription.updated"})
SID = "SM" + "0" * 31 + "7"
INBOUND = [("ToCountry", "AU"), ("MessageSid", SID), ("AccountSid", "AC1"), ("From", "whatsapp:+61491570156"),
           ("To", "whatsapp:+61491570110"), ("Body", "Sí & gracias, 100% 👍\nbis 9:30 + später"), ("NumMedia", "0"),
           ("SmsStatus", "received"), ("FromCity", ""), ("ProfileName", "Zoë Ümlaut")]
SAYS = {"key": f"in:{SID}", "type": "message.received", "subject": "+61491570156"}
twilio_signed("invented-token", "/webhooks/twilio/key/inbound?a=%C3%A9&b=1", INBOUND, SAYS)
twilio_signed("invented-token", "/webhooks/twilio/key/inbound", INBOUND, SAYS, port=":443")
twilio_signed("invented-token", "/webhooks/twilio/key/inbound", INBOUND + [("MediaUrl", "b"), ("MediaUrl", "a")], SAYS)
twilio_signed("invented-shared", "/webhooks/twilio/key/inbound", INBOUND, SAYS, "HMAC_SHA256", "webhooks_sharedkey_1")
twilio_signed("invented-token", "/webhooks/twilio/key/status?a=0198c0de",
              [("MessageSid", SID), ("MessageStatus", "undelivered"), ("ErrorCode", "63016"), ("AccountSid", "AC1"),
               ("From", "+61491570110"), ("To", "+61491570156")],
              {"key": f"status:{SID}:undelivered:63016", "type": "message.status"})
twilio_json("invented-token", "/webhooks/twilio/key/status?x=1",
            json.dumps({"AccountSid": "AC1", "MessageSid": SID, "MessageStatus": "sent"}),
            {"key": f"status:{SID}:sent:", "type": "message.status"})

with open(sys.argv[1], "w") as file:
    json.dump(OUT, file, indent=1, ensure_ascii=False)
    file.write("\n")
print(f"{len(OUT)} deliveries, signed by svix, stripe {stripe.VERSION} and twilio")
