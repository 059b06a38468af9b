"""Channel profiles: one TOML file each, data without code. Adding one: write the file, add its line here."""

CHANNELS: tuple[str, ...] = (
    "whatsapp-cloud",
    "twilio-whatsapp",
    "messenger",
    "instagram",
    "telegram",
    "line",
    "viber-bot",
    "viber-business",
    "twilio-mms",
    "aws-mms",
    "rcs-google",
    "apple-business",
    "web-widget",
    "email-gmail",
    "email-exchange-online",
    "twilio-flex-web",
)
