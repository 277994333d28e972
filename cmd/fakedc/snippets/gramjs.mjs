import { createPublicKey } from "node:crypto";
import { TelegramClient } from "telegram";
import { CustomFile } from "telegram/client/uploads.js";
import { _serverKeys } from "telegram/crypto/RSA.js";
import { PromisedNetSockets } from "telegram/extensions/index.js";
import { readBigIntFromBuffer } from "telegram/Helpers.js";
import { StringSession } from "telegram/sessions/index.js";

const { n } = createPublicKey(`@PEM@`).export({ format: "jwk" });
const modulus = readBigIntFromBuffer(Buffer.from(n, "base64url"), false);
_serverKeys.set("@FINGERPRINT@", { n: modulus, e: @EXPONENT@ });

// GramJS dials 80 and 443, whatever port the session has. This socket goes where
// the fake datacenter is.
class FakeDCSocket extends PromisedNetSockets {
  connect() {
    return super.connect(@PORT@, "@HOST@");
  }
}

const session = new StringSession("");
session.setDC(@DC@, "@HOST@", 443); // a port above 32767 could not be saved
const client = new TelegramClient(session, 1, "any api_hash", { networkSocket: FakeDCSocket });
await client.start({ botAuthToken: "123456:any-token" });
const data = Buffer.alloc(12 << 20, 1);
const file = new CustomFile("big.bin", data.length, "", data);
console.log(await client.uploadFile({ file, workers: 4 }));
process.exit(0); // the library leaves a timer of 9 s
