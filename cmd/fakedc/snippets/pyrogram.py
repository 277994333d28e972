import asyncio

from pyrogram import Client
from pyrogram.connection import connection
from pyrogram.crypto import rsa

rsa.server_public_keys[@FINGERPRINT@] = rsa.PublicKey(
    int(
@MODULUS@,
        16,
    ),
    @EXPONENT@,
)
# kurigram has no such table: give its Client the proxy of "fakedc serve --socks".
connection.DataCenter = lambda *_: ("@HOST@", @PORT@)


async def main():
    client = Client(
        "fakedc", api_id=1, api_hash="any api_hash", in_memory=True@PYRIPV6@,
        bot_token="123456:any-token", no_updates=True,
    )
    async with client:
        print(await client.save_file("big.bin"))


asyncio.run(main())
