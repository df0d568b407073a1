"""Short messages as rows, and rows as messages. Numbers and texts are sealed on the way in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from case_api.store.moments import from_ms, to_ms
from case_api.store.prepared import Prepared
from case_api.store.sealing import Sealer
from intake.model.sms import InboundSms, OutboundSms, TakenSms

CHANNEL = "sms"
_QUEUE = Prepared(
    text(
        "INSERT INTO sms_outbound (id, phone_key, phone_seal, text_seal, sender, report_id, created_ms, due_ms, "
        "lease_until_ms, attempts, state, changed_ms) VALUES (:id, :phone_key, :phone_seal, :text_seal, :sender, "
        ":report_id, :at, :due, 0, 0, 'queued', :at) ON CONFLICT (id) DO NOTHING",
    ),
)
_KEEP = text(
    "INSERT INTO sms_inbound (key, phone_key, phone_seal, text_seal, receiver, received_ms, kind, report_id) VALUES "
    "(:key, :phone_key, :phone_seal, :text_seal, :receiver, :received_ms, :kind, :report_id) "
    "ON CONFLICT (key) DO NOTHING",
)


def phone_key(message: InboundSms, sealer: Sealer) -> str:
    """What the sender's messages and reports are found by."""
    return sealer.lookup(message.sender)


def keep_inbound(connection: Connection, taken: TakenSms, sealer: Sealer) -> bool:
    """Write an incoming message; False when its key is there already."""
    message = taken.message
    row = {
        "key": message.key,
        "phone_key": phone_key(message, sealer),
        "phone_seal": sealer.seal(message.sender.encode()),
        "text_seal": sealer.seal(message.text.encode()),
        "receiver": message.receiver,
        "received_ms": to_ms(message.received_at),
        "kind": str(taken.kind),
        "report_id": taken.report_id,
    }
    return bool(connection.execute(_KEEP, row).rowcount)


def queue_outbound(connection: Connection, messages: Sequence[OutboundSms], sealer: Sealer, at: datetime) -> None:
    """Queue messages; those whose id was queued before are left as they are."""
    _QUEUE.many(
        connection,
        [
            {
                "id": one.id,
                "phone_key": sealer.lookup(one.receiver),
                "phone_seal": sealer.seal(one.receiver.encode()),
                "text_seal": sealer.seal(one.text.encode()),
                "sender": one.sender,
                "report_id": one.report_id,
                "at": to_ms(at),
                "due": to_ms(one.due_at),
            }
            for one in messages
        ],
    )


def outbound_of(row: Mapping[str, Any], sealer: Sealer) -> OutboundSms:
    """The message again. Raises Permanent when its seal cannot be opened."""
    return OutboundSms(
        id=row["id"],
        receiver=sealer.open(row["phone_seal"]).decode(),
        text=sealer.open(row["text_seal"]).decode(),
        due_at=from_ms(row["due_ms"]),
        sender=row["sender"],
        report_id=row["report_id"],
    )
