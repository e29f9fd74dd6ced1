"""The post of this house: its channels as the settings have them."""

from __future__ import annotations

from flask import current_app

from blueprints.words import letters
from services.telling.channels_sms import LogProvider, SmsChannel
from services.telling.channels_webhook import WebhookChannel
from services.telling.post import Channel, Post, post_of


def the_post() -> Post:
    """All channels that are set up; without SMTP_URL nobody is offered e-mail."""
    config = current_app.config
    base_url = config["PUBLIC_URL"]
    channels: list[Channel] = [WebhookChannel(config["ALLOWED_OUTBOUND"])]
    if config["SMTP_URL"]:
        from services.telling.channels_email import EmailChannel, server_of

        channels.append(EmailChannel(server_of(config["SMTP_URL"]), config["MAIL_FROM"], base_url))
    if config["SMS_PROVIDER"] == "log":
        channels.append(SmsChannel(LogProvider()))
    return post_of(letters.render, *channels, base_url=base_url)
