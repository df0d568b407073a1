"""Short messages as a channel: Kannel brings them, a small dialogue understands them, a queue answers them."""

from __future__ import annotations

from intake.channels.sms.access import GatewayAccess
from intake.channels.sms.answers import Answers
from intake.channels.sms.channel import SmsChannel
from intake.channels.sms.console import ConsoleGateway
from intake.channels.sms.kannel import KannelAccount, KannelGateway
from intake.channels.sms.news import NewsTeller
from intake.channels.sms.pace import Pace
from intake.channels.sms.ports import SmsGateway, SmsNews, SmsQueue, SmsStore
from intake.channels.sms.routes import DELIVERY_PATH, MESSAGE_PATH, SmsDoor, routes
from intake.channels.sms.sending import Rest, Sender, SendingRules

__all__ = [
    "DELIVERY_PATH",
    "MESSAGE_PATH",
    "Answers",
    "ConsoleGateway",
    "GatewayAccess",
    "KannelAccount",
    "KannelGateway",
    "NewsTeller",
    "Pace",
    "Rest",
    "Sender",
    "SendingRules",
    "SmsChannel",
    "SmsDoor",
    "SmsGateway",
    "SmsNews",
    "SmsQueue",
    "SmsStore",
    "routes",
]
