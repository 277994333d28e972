"use strict";

// Does one job with GramJS: reads it as JSON from stdin, writes what happened as one
// line of JSON to stdout. It uses the library's own high-level calls only: start,
// sendFile (which uploads what it sends) and downloadMedia.

const { createHash } = require("node:crypto");
const { stat } = require("node:fs/promises");
const { text } = require("node:stream/consumers");
const { version } = require("telegram/package.json"); // telegram.version is that of the release before
const { Api } = require("telegram");
const { LAYER } = require("telegram/tl/AllTLObjects");
const { CustomFile } = require("telegram/client/uploads");
const { newClient, login, describe } = require("./scripts/harness");

console.log = console.error; // GramJS logs there, and stdout is for the answer

const started = performance.now();

function report(answer) {
    const seconds = Math.round(performance.now() - started) / 1000;
    const line = JSON.stringify({ ...answer, library: `telegram ${version}`, layer: LAYER, seconds });
    process.stdout.write(`${line}\n`, () => process.exit(0));
}

/** failure is an error as the contract of the drivers has it. */
function failure(err) {
    const { class: name, code, text: message } = describe(err);
    return { class: name, message, code: typeof code === "number" ? code : 0 };
}

/** forwarded is a message that was asked for by its number, as it was forwarded. */
async function forwarded(client, id) {
    const [again] = await client.getMessages("me", { ids: id });
    const forwards = await client.forwardMessages("me", { messages: [again], fromPeer: "me" });
    return forwards.flat()[0]; // a list for each chat that they are of, whatever its type says
}

async function work(job) {
    const { size } = await stat(job.path);
    const client = newClient(job);
    const me = await login(client, job).then(() => client.getMe());
    if (job.action === "keep") {
        return keep(client, job, size);
    }
    const message = await client.sendFile("me", {
        file: new CustomFile(job.name, size, job.path),
        forceDocument: true,
        workers: 4,
    });
    const note = `logged in as a ${me.bot ? "bot" : "user"}`;
    if (job.action === "upload") {
        return { size: Number(message.document.size), note };
    }
    const got = await client.downloadMedia(job.action === "forward" ? await forwarded(client, message.id) : message);
    return { size: got.length, sha256: createHash("sha256").update(got).digest("hex"), note };
}

// keep keeps the file in a channel, as applications do, and reads what it found there.
async function keep(client, job, size) {
    const made = await client.invoke(new Api.channels.CreateChannel({ title: "Files", about: "kept by a test" }));
    const channel = made.chats[0];
    const index = await client.sendMessage(channel, { message: "the list of files" });
    const told = await client.pinMessage(channel, index);
    const file = new CustomFile(job.name, size, job.path);
    await client.sendFile(channel, { file, forceDocument: true, workers: 4, replyTo: index.id });
    const [pinned] = await client.getMessages(channel, { limit: 10, filter: new Api.InputMessagesFilterPinned() });
    const filter = new Api.InputMessagesFilterDocument();
    const [found] = await client.getMessages(channel, { limit: 10, search: job.name, filter });
    const all = told.action && pinned.id === index.id && found.post && found.replyTo.replyToMsgId === index.id;
    const is = await client.invoke(new Api.channels.GetParticipant({ channel, participant: "me" }));
    const own = is.participant.className === "ChannelParticipantCreator";
    const got = await client.downloadMedia(found);
    const note = [all && "found what is pinned, and the file by its name", own && "the channel is its own"].filter(Boolean).join("; ");
    return { size: got.length, sha256: createHash("sha256").update(got).digest("hex"), note };
}

text(process.stdin)
    .then((input) => {
        const job = JSON.parse(input);
        const error = { class: "Timeout", message: `not done after ${job.timeout} s`, code: 0 };
        setTimeout(report, job.timeout * 1000, { ok: false, error });
        return work(job);
    })
    .then(
        (answer) => report({ ok: true, ...answer }),
        (err) => report({ ok: false, error: failure(err) }),
    );
