import { MemoryStorage, TelegramClient } from "@mtcute/node";
import { NodeCryptoProvider } from "@mtcute/node/utils.js";
import { addPublicKey } from "@mtcute/core/utils.js";

const crypto = new NodeCryptoProvider();
await crypto.initialize();
addPublicKey(crypto, `@PEM@`);

const dc = { id: @DC@, ipAddress: "@HOST@", port: @PORT@@JSIPV6@ };
const client = new TelegramClient({
  apiId: 1,
  apiHash: "any api_hash",
  crypto,
  storage: new MemoryStorage(),
  defaultDcs: { main: dc, media: { ...dc, mediaOnly: true } },
});
await client.start({ botToken: "123456:any-token" });
const file = Buffer.alloc(12 << 20, 1);
console.log(await client.uploadFile({ file, fileName: "big.bin" }));
await client.destroy();
