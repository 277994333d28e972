"""Telethon, any 1.x, as a client of a fake datacenter.

A user of Telethon needs two lines for that: rsa.add_key and session.set_dc. All
else is the library's everyday use.
"""

import asyncio
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "internal" / "drivers"))

import contract
import telethon
from telethon.crypto import rsa
from telethon.network.connection import (
    ConnectionHttp,
    ConnectionTcpAbridged,
    ConnectionTcpFull,
    ConnectionTcpIntermediate,
    ConnectionTcpObfuscated,
    tcpobfuscated,
)
from telethon.network.connection.http import HttpPacketCodec
from telethon.sessions import MemorySession, StringSession
from telethon.tl import functions, types
from telethon.tl.alltlobjects import LAYER
from telethon.tl.types import DocumentAttributeFilename

CONNECTIONS = {
    "full": ConnectionTcpFull,
    "abridged": ConnectionTcpAbridged,
    "intermediate": ConnectionTcpIntermediate,
    "obfuscated": ConnectionTcpObfuscated,
    "http": ConnectionHttp,
}


async def work(job, report):
    if job["transport"] == "obfuscated" and not job.get("own_cipher"):
        use_compiled_ctr(report)
    if job["transport"] == "http":
        read_http_lines(report)
    connection = CONNECTIONS[job["transport"]]
    client = resume(job["session"], connection) if job.get("session") else connect_to(job["dc"], connection)
    try:
        await log_in(client, job)
        report.note("logged in as a " + ("bot" if (await client.get_me()).bot else "user"))
        if job["action"] == "keep":
            return await client.download_media(await keep(client, job, report), file=bytes)
        message = await client.send_file(
            "me", job["path"], force_document=True, attributes=[DocumentAttributeFilename(job["name"])]
        )
        report.note("sent as %s, %d bytes" % (message.file.name, message.file.size))
        if job["action"] == "upload":
            return None
        if job["action"] == "forward":
            again = await client.get_messages("me", ids=message.id)
            message = await client.forward_messages("me", again)
        return await client.download_media(message, file=bytes)
    finally:
        await contract.goodbye(report, client.disconnect())


async def keep(client, job, report):
    """Keeps the file in a channel, as applications do, and returns what it found there."""
    made = await client(functions.channels.CreateChannelRequest("Files", "kept by a test", megagroup=False))
    channel = made.chats[0]
    index = await client.send_message(channel, "the list of files")
    told = await client.pin_message(channel, index)
    if told.action is None or told.reply_to_msg_id != index.id:
        raise LookupError("the channel did not tell what was pinned")
    name = DocumentAttributeFilename(job["name"])
    await client.send_file(channel, job["path"], force_document=True, attributes=[name], reply_to=index)
    [pinned] = await client.get_messages(channel, limit=10, filter=types.InputMessagesFilterPinned)
    [found] = await client.get_messages(channel, limit=10, search=job["name"], filter=types.InputMessagesFilterDocument)
    if pinned.id == index.id and pinned.pinned and found.post and found.reply_to_msg_id == index.id:
        report.note("found what is pinned, and the file by its name")
    permissions = await client.get_permissions(channel, "me")
    if permissions.is_creator and permissions.pin_messages:
        report.note("the channel is its own")
    return found


def connect_to(dc, connection):
    rsa.add_key(dc["publicKey"], old=False)
    session = MemorySession()
    session.set_dc(dc["id"], dc["host"], dc["port"])
    return telethon.TelegramClient(session, contract.API_ID, contract.API_HASH, connection=connection)


def resume(text, connection):
    """A ready session holds the address and a key that both sides know already."""
    return telethon.TelegramClient(StringSession(text), contract.API_ID, contract.API_HASH, connection=connection)


async def log_in(client, job):
    if job.get("session"):
        await client.connect()
    elif job["as"] == "bot":
        await client.start(bot_token=contract.BOT_TOKEN)
    else:
        await client.start(phone=contract.PHONE, code_callback=lambda: contract.CODE)


def use_compiled_ctr(report):
    """Replaces the AES-CTR of the obfuscated transport, and nothing else of it.

    Telethon takes it from pyaes, which is written in Python and needs about four
    seconds for a MiB, once for each direction. What is under test is the framing.
    """
    import tgcrypto

    class CompiledCTR:
        def __init__(self, key, iv):
            self._key, self._iv, self._state = key, bytearray(iv), bytearray(1)

        def encrypt(self, data):
            return tgcrypto.ctr256_encrypt(bytes(data), self._key, self._iv, self._state)

        decrypt = encrypt

    tcpobfuscated.AESModeCTR = CompiledCTR
    report.note("AES-CTR by TgCrypto in place of pyaes")


def read_http_lines(report):
    """Lets the HTTP transport read an answer, which no release of Telethon 1.x does.

    Its codec compares the last byte of a line, a number, with b"\\n", finds that
    they differ and takes the first line of every response for the end of the
    connection. All else is as the codec has it: what follows the line of
    Content-Length, after an empty one, is the body.
    """

    async def read_packet(_, reader):
        while True:
            line = await reader.readline()
            if not line.endswith(b"\n"):
                raise asyncio.IncompleteReadError(line, None)
            if line.lower().startswith(b"content-length: "):
                await reader.readexactly(2)
                return await reader.readexactly(int(line[16:-2]))

    HttpPacketCodec.read_packet = read_packet
    report.note("HTTP responses read although the codec takes their first line for the end")


if __name__ == "__main__":
    contract.main("telethon " + telethon.__version__, LAYER, work)
