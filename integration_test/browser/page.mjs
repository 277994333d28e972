// Does one job with mtcute inside a browser: asks the page's server for the job and
// the file, and posts what happened. It uses the library's own high-level calls only:
// start, sendMedia (which uploads what it sends) and downloadAsBuffer.

import { InputMedia, TelegramClient, tl } from "@mtcute/web";
import { connectTo } from "./fakedc.mjs";

const mime = "application/octet-stream";

async function newClient(job) {
    return new TelegramClient({
        apiId: 1,
        apiHash: "any",
        ...(await connectTo(job.dc)),
        network: { usePfs: Boolean(job.pfs) },
        logLevel: 1,
    });
}

/** login is what a program of a bot or a person calls first. */
function login(client, job) {
    if (job.as === "bot") {
        return client.start({ botToken: "123456:fake-token" });
    }
    return client.start({ phone: "+15550001234", code: async () => "12345", codeSentCallback: () => {} });
}

/** media is the file as a page has it: a File, or a ReadableStream of no known size. */
async function media(job) {
    const blob = await (await fetch("/file")).blob();
    const file = job.form === "stream" ? blob.stream() : new File([blob], job.name, { type: mime });
    return InputMedia.document(file, { fileName: job.name, fileMime: mime });
}

function hex(buffer) {
    return Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, "0")).join("");
}

async function download(client, document) {
    const bytes = await client.downloadAsBuffer(document);
    return { sha256: hex(await crypto.subtle.digest("SHA-256", bytes)), size: bytes.length };
}

async function work(job) {
    const client = await newClient(job);
    const me = await login(client, job);
    if (me.isBot !== (job.as === "bot")) {
        throw new Error(`logged in as a ${me.isBot ? "bot" : "user"}`);
    }
    const { media: document } = await client.sendMedia("me", await media(job));
    const result = { size: document.fileSize, note: `${document.fileName}, ${document.mimeType}` };
    return job.action === "upload" ? result : { ...result, ...(await download(client, document)) };
}

/** describe says how the library reported an error: its RpcError has the name apart, and the number in it. */
function describe(err) {
    const name = err.text?.replace("%d", err.which ?? err.seconds);
    const message = [name, err.message ?? err].filter(Boolean).join(": ");
    return { class: err.constructor.name, message, code: err.code ?? 0 };
}

async function answer() {
    try {
        return { ok: true, ...(await work(await (await fetch("/job")).json())) };
    } catch (err) {
        return { ok: false, error: describe(err) };
    }
}

await fetch("/result", { method: "POST", body: JSON.stringify({ ...(await answer()), layer: tl.LAYER }) });
