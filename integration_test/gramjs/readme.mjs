import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { TelegramClient } from "telegram";
import { _serverKeys } from "telegram/crypto/RSA.js";
import { PromisedNetSockets } from "telegram/extensions/index.js";
import { readBigIntFromBuffer } from "telegram/Helpers.js";
import { StringSession } from "telegram/sessions/index.js";

// Made by: fakedc serve > ready.json
const { dcs: [dc], rsa } = JSON.parse(readFileSync("ready.json", "utf8"));

// Let GramJS trust the fake datacenter's key.
const { n } = createPublicKey(rsa.pem).export({ format: "jwk" });
_serverKeys.set(rsa.fingerprint, { n: readBigIntFromBuffer(Buffer.from(n, "base64url"), false), e: 65537 });

// GramJS dials 80 and 443, whatever port the session has. This socket goes where the fake datacenter is.
class FakeDCSocket extends PromisedNetSockets {
  connect() {
    return super.connect(dc.port, dc.host);
  }
}

const session = new StringSession("");
session.setDC(dc.id, dc.host, 443); // not dc.port: above 32767 the session cannot be saved
const client = new TelegramClient(session, 1, "any", { networkSocket: FakeDCSocket });

// From here on it is your own code.
await client.start({ botAuthToken: "123456:any" });
const message = await client.sendFile("me", { file: "big.bin", forceDocument: true, workers: 4 });
console.log(`uploaded ${message.document.size} bytes`);
process.exit(0); // client.disconnect() leaves a timer of 9 s
