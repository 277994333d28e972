"""Pyrogram and its living fork kurigram as clients of a fake datacenter.

Both have the addresses of Telegram's datacenters compiled in, so the way to another
server is through the place that opens connections. kurigram has a parameter for it,
Pyrogram a table to replace.
"""

import base64
import io
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "internal" / "drivers"))

import contract
import pyrogram
from pyrogram import enums
from pyrogram.connection import connection, transport
from pyrogram.crypto import rsa
from pyrogram.raw.all import layer

KURIGRAM = hasattr(transport, "TCPIntermediatePadded")

TRANSPORTS = {
    "abridged": "TCPAbridged",
    "intermediate": "TCPIntermediate",
    "padded": "TCPIntermediatePadded",
    "full": "TCPFull",
    "obfuscated": "TCPAbridgedO",
    "obfuscated-intermediate": "TCPIntermediateO",
}


async def work(job, report):
    client = pyrogram.Client(
        "fakedc", contract.API_ID, contract.API_HASH, in_memory=True, **who(job), **way(job)
    )
    await client.start()
    try:
        report.note("logged in as a " + ("bot" if client.me.is_bot else "user"))
        if job["action"] == "keep":
            data = await client.download_media(await keep(client, job, report), in_memory=True)
            return bytes(data.getbuffer())
        message = await client.send_document("me", job["path"], file_name=job["name"])
        if message is None:
            raise LookupError("send_document returned no message")
        report.note("sent as %s, %d bytes" % (message.document.file_name, message.document.file_size))
        if job["action"] == "upload":
            return None
        if job["action"] == "forward":
            again = await client.get_messages("me", message.id)
            message = await again.forward("me")
        data = await client.download_media(message, in_memory=True)
        return bytes(data.getbuffer()) if isinstance(data, io.BytesIO) else b""
    finally:
        await contract.goodbye(report, client.stop())


async def keep(client, job, report):
    """Keeps the file in a channel, as applications do, and returns what it found there."""
    channel = await client.create_channel("Files", "kept by a test")
    index = await client.send_message(channel.id, "the list of files")
    told = await index.pin()
    if told is None or told.service is None:
        raise LookupError("the channel did not tell what was pinned")
    await client.send_document(channel.id, job["path"], file_name=job["name"], **answer_to(index))
    files, pins = enums.MessagesFilter.DOCUMENT, enums.MessagesFilter.PINNED
    [pinned] = [m async for m in client.search_messages(channel.id, filter=pins)]
    [found] = [m async for m in client.search_messages(channel.id, job["name"], filter=files)]
    if pinned.id == index.id and found.sender_chat.id == channel.id and found.reply_to_message_id == index.id:
        report.note("found what is pinned, and the file by its name")
    member = await client.get_chat_member(channel.id, "me")
    if member.status == enums.ChatMemberStatus.OWNER:
        report.note("the channel is its own")
    return found


def answer_to(message):
    """Returns what send_document needs to answer a message."""
    if KURIGRAM:
        return {"reply_parameters": pyrogram.types.ReplyParameters(message_id=message.id)}
    return {"reply_to_message_id": message.id}


def who(job):
    """Returns what pyrogram.Client needs to be somebody."""
    if job.get("session"):
        return {"session_string": job["session"]}  # and no key to trust
    trust(job["dc"])
    if job["as"] == "user":
        return {"phone_number": contract.PHONE, "phone_code": contract.CODE}
    return {"bot_token": contract.BOT_TOKEN}


def way(job):
    """Returns what pyrogram.Client needs to get there: through a proxy nothing is patched."""
    if job.get("socks"):
        host, port = job["socks"].rsplit(":", 1)
        return {"proxy": {"scheme": "socks5", "hostname": host, "port": int(port)}}
    return point_at(job["dc"], getattr(transport, TRANSPORTS[job["transport"]]))


def trust(dc):
    """Adds the RSA key: the two numbers of a PKCS #1 public key in PEM."""
    n, e = pkcs1_numbers(dc["publicKey"])
    rsa.server_public_keys[to_signed(int(dc["fingerprint"]))] = rsa.PublicKey(n, e)


def point_at(dc, protocol):
    """Returns what pyrogram.Client needs so that every connection goes to dc."""
    address = (dc["host"], dc["port"])
    if not KURIGRAM:
        connection.DataCenter = lambda dc_id, test_mode, ipv6, media: address
        connection.TCPAbridged = protocol
        return {}

    class Connection(connection.Connection):
        def __init__(self, dc_id, server_address, port, *args, **kwargs):
            # The first address is Telegram's own, compiled in; those after it come
            # from help.getConfig and are this machine's.
            if not server_address.startswith("127."):
                server_address, port = address
            super().__init__(dc_id, server_address, port, *args, **kwargs)

    return {"connection_factory": Connection, "protocol_factory": protocol}


def to_signed(n):
    return n - (1 << 64) if n >= 1 << 63 else n


def pkcs1_numbers(pem):
    """Reads RSAPublicKey ::= SEQUENCE { n INTEGER, e INTEGER }, RFC 8017 A.1.1."""
    body = base64.b64decode("".join(line for line in pem.split("\n") if not line.startswith("-")))
    sequence, _ = der(body, 0x30)
    n, rest = der(sequence, 0x02)
    e, _ = der(rest, 0x02)
    return int.from_bytes(n, "big"), int.from_bytes(e, "big")


def der(b, tag):
    """Splits off the first DER value, which must have this tag."""
    if b[0] != tag:
        raise ValueError("DER tag %#x where %#x was expected" % (b[0], tag))
    length, start = b[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(b[2:start], "big")
    return b[start:start + length], b[start + length:]


if __name__ == "__main__":
    name = "kurigram" if KURIGRAM else "pyrogram"
    contract.main(name + " " + pyrogram.__version__, layer, work)
