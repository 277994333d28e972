// What a project's own test would be: it uploads big.bin, and knows of fakedc no more
// than the variables that "fakedc exec" sets.
"use strict";
const { TelegramClient } = require("telegram");
const { PromisedNetSockets } = require("telegram/extensions");
const { StringSession } = require("telegram/sessions");

const { FAKEDC_HOST: host, FAKEDC_PORT: port, FAKEDC_SESSION_GRAMJS: login } = process.env;

// GramJS dials 80 or 443, whatever its session says.
class FakeDCSocket extends PromisedNetSockets {
  connect() {
    return super.connect(Number(port), host);
  }
}

(async () => {
  const client = new TelegramClient(new StringSession(login), 1, "any", { networkSocket: FakeDCSocket });
  await client.connect(); // the session is logged in, and its auth key needs no RSA key
  const message = await client.sendFile("me", { file: "big.bin", forceDocument: true, workers: 4 });
  console.log(`uploaded ${message.document.size} bytes`);
  process.exit(0); // client.disconnect() leaves a timer of 9 s
})();
