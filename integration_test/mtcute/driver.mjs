// Does one job with mtcute: reads it as JSON from stdin, writes what happened as one
// line of JSON to stdout. It uses the library's own high-level calls only: start,
// sendMedia (which uploads what it sends) and downloadAsIterable.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import {
    InputMedia,
    IntermediatePacketCodec,
    MemoryStorage,
    ObfuscatedPacketCodec,
    PaddedIntermediatePacketCodec,
    SearchFilters,
    TcpTransport,
    TelegramClient,
    tl,
} from "@mtcute/node";
import { connectTo } from "./fakedc.mjs";

/** Packet codecs by the name of the transport; mtcute's default is intermediate. */
const codecs = {
    intermediate: () => new IntermediatePacketCodec(),
    padded: () => new PaddedIntermediatePacketCodec(),
    obfuscated: () => new ObfuscatedPacketCodec(new IntermediatePacketCodec()),
    "obfuscated-padded": () => new ObfuscatedPacketCodec(new PaddedIntermediatePacketCodec()),
};

/** transport is mtcute's TCP with another packet codec. */
function transport(name) {
    const codec = codecs[name];
    if (!codec) {
        throw new TypeError(`mtcute has no transport ${name}: ${Object.keys(codecs).join(", ")}`);
    }
    const tcp = new TcpTransport();
    tcp.packetCodec = codec;
    return tcp;
}

function newClient(job) {
    return new TelegramClient({
        apiId: 1,
        apiHash: "any",
        // A session string has an auth key and the address in it.
        ...(job.session ? { storage: new MemoryStorage() } : connectTo(job.dc)),
        transport: transport(job.transport),
        network: { usePfs: Boolean(job.pfs) },
        logLevel: Number(process.env.MTCUTE_LOG_LEVEL ?? 1),
    });
}

/** login is what a program of a bot or a person calls first. */
function login(client, job) {
    if (job.session) {
        return client.start({ session: job.session });
    }
    if (job.as === "bot") {
        return client.start({ botToken: "123456:fake-token" });
    }
    return client.start({ phone: "+15550001234", code: async () => "12345", codeSentCallback: () => {} });
}

/** media is the file as sendMedia takes it: by its name, or as a stream of no known size. */
function media(job) {
    const file = job.form === "stream" ? Readable.from(createReadStream(job.path)) : `file:${job.path}`;
    return InputMedia.document(file, { fileName: job.name, fileMime: "application/octet-stream" });
}

async function download(client, document) {
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of client.downloadAsIterable(document)) {
        hash.update(chunk);
        size += chunk.length;
    }
    return { sha256: hash.digest("hex"), size };
}

async function work(client, job) {
    const me = await login(client, job);
    if (me.isBot !== (job.as === "bot")) {
        throw new Error(`logged in as a ${me.isBot ? "bot" : "user"}`);
    }
    if (job.action === "keep") {
        return keep(client, job);
    }
    const message = await client.sendMedia("me", media(job));
    const document = message.media;
    const result = { size: document.fileSize, note: `${document.fileName}, ${document.mimeType}` };
    if (job.action === "upload") {
        return result;
    }
    const read = job.action === "forward" ? await forwarded(client, message.id) : document;
    return { ...result, ...(await download(client, read)) };
}

/** keep keeps the file in a channel, as applications do, and reads what it found there. */
async function keep(client, job) {
    const channel = await client.createChannel({ title: "Files", description: "kept by a test" });
    const index = await client.sendText(channel, "the list of files");
    const told = await client.pinMessage({ message: index });
    await client.sendMedia(channel, media(job), { replyTo: index.id });
    const [pinned] = await client.searchMessages({ chatId: channel, filter: SearchFilters.Pinned });
    const [found] = await client.searchMessages({ chatId: channel, query: job.name, filter: SearchFilters.Document });
    const all = told?.isService && pinned.id === index.id && found.sender.id === channel.id && found.replyToMessage.id === index.id;
    const member = await client.getChatMember({ chatId: channel, userId: "me" });
    const note = [all && "found what is pinned, and the file by its name", member.status === "creator" && "the channel is its own"];
    return { ...(await download(client, found.media)), note: note.filter(Boolean).join("; ") };
}

/** forwarded is the file of a message that was asked for by its number, and forwarded. */
async function forwarded(client, id) {
    const [again] = await client.getMessages("me", [id]);
    const [message] = await client.forwardMessages({ messages: [again], toChatId: "me" });
    return message.media;
}

/** describe says how the library reported an error. */
function describe(err) {
    return { class: err.constructor.name, message: String(err.message ?? err), code: err.code ?? 0 };
}

async function version() {
    const file = new URL("package.json", import.meta.resolve("@mtcute/node"));
    return `mtcute ${JSON.parse(await readFile(file, "utf8")).version}`;
}

const started = performance.now();
const common = { library: await version(), layer: tl.LAYER };

/** report writes the answer and ends the process, whatever the library still does. */
function report(answer) {
    const seconds = Math.round(performance.now() - started) / 1000;
    const line = JSON.stringify({ ...answer, ...common, seconds });
    process.stdout.write(`${line}\n`, () => process.exit(0));
}

async function input() {
    let text = "";
    for await (const chunk of process.stdin) {
        text += chunk;
    }
    return JSON.parse(text);
}

console.log = console.error; // where the library's log goes; stdout is for the answer
const job = await input();
await stat(job.path); // a wrong job is not the library's failure
setTimeout(
    () => report({ ok: false, error: { class: "Timeout", message: `not done after ${job.timeout} s`, code: 0 } }),
    job.timeout * 1000,
);
try {
    report({ ok: true, ...(await work(newClient(job), job)) });
} catch (err) {
    report({ ok: false, error: describe(err) });
}
