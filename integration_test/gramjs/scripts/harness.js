"use strict";

// What all scripts share: a client made as the test says, an answer as one line of
// JSON on stdout, and an end, since GramJS's ping keeps a process alive for 9 s
// after client.destroy().

const { TelegramClient, Logger, errors } = require("telegram");
const { StringSession } = require("telegram/sessions");
const { ConnectionTCPFull, ConnectionTCPObfuscated } = require("telegram/network");
const { PromisedNetSockets, PromisedWebSockets } = require("telegram/extensions");
const { connectTo } = require("../fakedc");

const transports = {
    full: [ConnectionTCPFull, PromisedNetSockets],
    obfuscated: [ConnectionTCPObfuscated, PromisedNetSockets],
    websocket: [ConnectionTCPObfuscated, PromisedWebSockets],
};

/** newClient makes a client that is not connected yet. */
function newClient(job) {
    const session = new StringSession(job.session || "");
    const common = { baseLogger: new Logger("error"), ...job.params };
    if (job.bare) {
        // Nothing but the address: for a fake datacenter at the ports that GramJS dials.
        require("../fakedc").trust(job.dc.publicKey);
        session.setDC(job.dc.id, job.dc.host, 80);
        return new TelegramClient(session, 1, "any", common);
    }
    if (!job.transport) {
        return new TelegramClient(session, 1, "any", { ...connectTo(job.dc, session), ...common });
    }
    const [connection, Socket] = transports[job.transport];
    return new TelegramClient(session, 1, "any", { connection, ...connectTo(job.dc, session, Socket), ...common });
}

/** login is client.start() for a bot or a person. */
function login(client, job) {
    if (job.as === "bot") {
        return client.start({ botAuthToken: "123456:fake-token" });
    }
    return client.start({
        phoneNumber: "+15550100",
        phoneCode: async () => job.code || "12345",
        password: async () => "",
        onError: (err) => {
            throw err;
        },
    });
}

/** describe says how the library reported an error. */
function describe(err) {
    return {
        class: err.constructor.name,
        isRPCError: err instanceof errors.RPCError,
        isFloodWait: err instanceof errors.FloodWaitError,
        code: err.code,
        name: err.errorMessage,
        seconds: err.seconds,
        text: String(err.message || err),
    };
}

/** attempt turns what a promise fails with into a value. */
async function attempt(promise) {
    try {
        return { value: await promise };
    } catch (err) {
        return { error: describe(err) };
    }
}

/** run does the work that the test asks for and ends the process. */
function run(work) {
    const job = JSON.parse(process.env.FAKEDC_JOB);
    const client = newClient(job);
    work(client, job).then(
        (answer) => process.stdout.write(`\n${JSON.stringify(answer)}\n`, () => process.exit(0)),
        (err) => {
            console.error(err);
            process.exit(1);
        },
    );
}

module.exports = { run, newClient, login, attempt, describe };
