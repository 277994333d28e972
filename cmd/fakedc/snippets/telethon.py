import asyncio

from telethon import TelegramClient
from telethon.crypto import rsa
from telethon.sessions import MemorySession

rsa.add_key("""@PEM@""", old=False)

session = MemorySession()
session.set_dc(@DC@, "@HOST@", @PORT@)


async def main():
    client = TelegramClient(session, 1, "any api_hash"@PYIPV6@)
    await client.start(bot_token="123456:any-token")
    print(await client.upload_file("big.bin"))
    await client.disconnect()


asyncio.run(main())
