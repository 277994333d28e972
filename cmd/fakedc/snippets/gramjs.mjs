// GramJS ignores the port of a session: it dials 80 and 443. So the
// connection is subclassed to dial the fake datacenter, wherever it is sent.
import crypto from "node:crypto";
import bigInt from "big-integer";
import { TelegramClient } from "telegram";
import { CustomFile } from "telegram/client/uploads.js";
import { _serverKeys } from "telegram/crypto/RSA.js";
import { ConnectionTCPFull } from "telegram/network/index.js";
import { StringSession } from "telegram/sessions/index.js";

class ToFakeDC extends ConnectionTCPFull {
  constructor(params) {
    super({ ...params, ip: "@HOST@", port: @PORT@ });
  }
}

const jwk = crypto.createPublicKey(`@PEM@`).export({ format: "jwk" });
const number = (field) => bigInt(Buffer.from(field, "base64url").toString("hex"), 16);
_serverKeys.set("@FINGERPRINT@", { n: number(jwk.n), e: number(jwk.e).toJSNumber() });

const session = new StringSession("");
session.setDC(@DC@, "@HOST@", 443); // ports above 32767 do not fit a GramJS session
const client = new TelegramClient(session, 1, "any api_hash", { connection: ToFakeDC });
await client.start({ botAuthToken: "123456:any-token" });
const data = Buffer.alloc(12 << 20, 1);
const file = new CustomFile("big.bin", data.length, "", data);
console.log(await client.uploadFile({ file, workers: 4 }));
await client.destroy();
process.exit(0); // an update loop of the library outlives destroy()
