"use strict";

// Uploads with a ready session and nothing else: no RSA key is installed and nobody
// logs in. The string has the address too, but GramJS dials 80 and 443 whatever the
// port, so a socket still leads it there.

const { createHash } = require("node:crypto");
const { TelegramClient, Logger } = require("telegram");
const { PromisedNetSockets } = require("telegram/extensions");
const { StringSession } = require("telegram/sessions");

/** work returns who the client is and what it read back. */
async function work(job) {
    const session = new StringSession(job.session);
    const { serverAddress, port } = session;
    class FakeDCSocket extends PromisedNetSockets {
        connect() {
            return super.connect(port, serverAddress);
        }
    }
    const client = new TelegramClient(session, 1, "any", { networkSocket: FakeDCSocket, baseLogger: new Logger("error") });
    await client.connect();
    const me = await client.getMe();
    const message = await client.sendFile("me", { file: job.params.path, forceDocument: true, workers: 4 });
    const got = await client.downloadMedia(message);
    return {
        id: me.id.toString(),
        bot: Boolean(me.bot),
        sha256: createHash("sha256").update(got).digest("hex"),
        session: session.save(),
    };
}

work(JSON.parse(process.env.FAKEDC_JOB)).then(
    (answer) => process.stdout.write(`\n${JSON.stringify(answer)}\n`, () => process.exit(0)),
    (err) => {
        console.error(err);
        process.exit(1);
    },
);
