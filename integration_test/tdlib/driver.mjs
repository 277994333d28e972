// Does one job with TDLib: reads it as JSON from stdin, writes what happened as one
// line of JSON to stdout. It uses the library's own calls only: login, sendMessage
// (which uploads what it sends) and downloadFile.

import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getTdlibInfo } from "prebuilt-tdlib";
import { connect } from "./fakedc.mjs";

/** login is what a program of a bot or a person calls first. */
function login(client, as) {
    if (as === "bot") {
        return client.loginAsBot("123456:fake-token");
    }
    return client.login({ getPhoneNumber: async () => "+15550001234", getAuthCode: async () => "12345" });
}

/** answers returns what waits for the server's answer to a message: it has another number until then. */
function answers(client) {
    const known = new Map(), key = (chat, message) => `${chat} ${message}`;
    let look = () => {};
    client.on("update", (u) => {
        if (u._ === "updateMessageSendSucceeded" || u._ === "updateMessageSendFailed") {
            known.set(key(u.message.chat_id, u.old_message_id), u);
            look();
        }
    });
    return async ({ chat_id, id }) => {
        const answer = await new Promise((resolve) => {
            look = () => known.has(key(chat_id, id)) && resolve(known.get(key(chat_id, id)));
            look();
        });
        if (answer.error) {
            throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
        }
        return answer.message;
    };
}

function send(client, chat_id, path) {
    const document = { _: "inputDocument", document: { _: "inputFileLocal", path } };
    return client.invoke({ _: "sendMessage", chat_id, input_message_content: { _: "inputMessageDocument", document } });
}

async function forward(client, { chat_id, id }) {
    const { messages } = await client.invoke({ _: "forwardMessages", chat_id, from_chat_id: chat_id, message_ids: [id] });
    return messages[0];
}

/** keep keeps the file in a channel, as applications do, and finds it there. */
async function keep(client, answered, path, name) {
    const made = { _: "createNewSupergroupChat", title: "Files", is_channel: true, description: "kept by a test" };
    const { id: chat_id, type } = await client.invoke(made);
    const content = { _: "inputMessageText", text: { _: "formattedText", text: "the list of files" } };
    const index = await answered(await client.invoke({ _: "sendMessage", chat_id, input_message_content: content }));
    await client.invoke({ _: "pinChatMessage", chat_id, message_id: index.id });
    const document = { _: "inputMessageDocument", document: { _: "inputDocument", document: { _: "inputFileLocal", path } } };
    const reply_to = { _: "inputMessageReplyToMessage", message_id: index.id };
    await answered(await client.invoke({ _: "sendMessage", chat_id, reply_to, input_message_content: document }));
    const search = async (filter, query) => {
        const found = await client.invoke({ _: "searchChatMessages", chat_id, query, filter: { _: filter }, limit: 10 });
        return found.messages;
    };
    const [pinned] = await search("searchMessagesFilterPinned", "");
    const [found] = await search("searchMessagesFilterDocument", name);
    const me = await client.invoke({ _: "getMe" });
    const member = await client.invoke({ _: "getChatMember", chat_id, member_id: { _: "messageSenderUser", user_id: me.id } });
    const all = pinned.id === index.id && found.is_channel_post && found.reply_to.message_id === index.id;
    const note = [all && "found what is pinned, and the file by its name", member.status._ === "chatMemberStatusCreator" && "the channel is its own"];
    return { found, note: note.filter(Boolean).join("; ") };
}

async function download(client, file, path) {
    rmSync(path); // what TDLib has, it would not ask for
    const got = await client.invoke({ _: "downloadFile", file_id: file.id, priority: 32, offset: 0, limit: 0, synchronous: true });
    const bytes = readFileSync(got.local.path);
    return { sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length };
}

let client;

async function work(job, scratch) {
    client = await connect({ rsa: { pem: job.dc.publicKey }, socks: job.socks }, scratch);
    await login(client, job.as);
    const me = await client.invoke({ _: "getMe" });
    if ((me.type._ === "userTypeBot") !== (job.as === "bot")) {
        throw new Error(`logged in as a ${me.type._}`);
    }
    const answered = answers(client);
    if (job.to) { // and to itself afterwards: what goes to others must not keep that back
        const other = join(scratch, `first-${job.name}`);
        copyFileSync(job.path, other);
        await answered(await send(client, (await client.invoke({ _: "searchPublicChat", username: job.to })).id, other));
    }
    const path = join(scratch, job.name);
    copyFileSync(job.path, path);
    if (job.action === "keep") {
        const { found, note } = await keep(client, answered, path, job.name);
        return { note, ...(await download(client, found.content.document.document, path)) };
    }
    const chat = await client.invoke({ _: "createPrivateChat", user_id: me.id, force: true });
    let message = await answered(await send(client, chat.id, path));
    if (job.action === "forward") {
        message = await answered(await forward(client, message));
    }
    const { document, file_name, mime_type } = message.content.document;
    const result = { size: document.size, note: `${file_name}, ${mime_type}` };
    return job.action === "upload" ? result : { ...result, ...(await download(client, document, path)) };
}

/** describe says how the library reported an error. */
function describe(err) {
    return { class: err.constructor.name, message: String(err.message ?? err), code: err.code ?? 0 };
}

const started = performance.now();
const job = JSON.parse(readFileSync(0, "utf8"));
const scratch = mkdtempSync(join(tmpdir(), "fakedc-tdlib-"));

/** report writes the answer and ends the process. TDLib has to be closed before: its threads outlive no exit. */
async function report(answer) {
    await client?.close().catch(() => {});
    const seconds = Math.round(performance.now() - started) / 1000;
    const line = JSON.stringify({ ...answer, library: `tdlib ${getTdlibInfo().version}`, layer: 227, seconds });
    rmSync(scratch, { recursive: true, force: true });
    process.stdout.write(`${line}\n`, () => process.exit(0));
}

setTimeout(
    () => report({ ok: false, error: { class: "Timeout", message: `not done after ${job.timeout} s`, code: 0 } }),
    job.timeout * 1000,
);
try {
    await report({ ok: true, ...(await work(job, scratch)) });
} catch (err) {
    await report({ ok: false, error: describe(err) });
}
