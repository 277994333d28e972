"use strict";

// Uploads files the way the test says and reads each back.

const { readFile } = require("node:fs/promises");
const { createHash } = require("node:crypto");
const { basename } = require("node:path");
const { Api } = require("telegram");
const { CustomFile } = require("telegram/client/uploads");
const { run, login, attempt } = require("./harness");

/** upload returns what downloadMedia takes, and what the file was sent as. */
async function upload(client, step, size) {
    const file = new CustomFile(basename(step.path), size, step.path);
    const progress = [];
    if (step.how === "sendFile") {
        const message = await client.sendFile("me", {
            file,
            caption: "caption",
            forceDocument: true,
            workers: step.workers,
            progressCallback: (p) => progress.push(p),
        });
        return { media: message, document: message.document, caption: message.message, calls: progress.length };
    }
    const handle = await client.uploadFile({ file, workers: step.workers, onProgress: (p) => progress.push(p) });
    const media = await client.invoke(
        new Api.messages.UploadMedia({
            peer: "me",
            media: new Api.InputMediaUploadedDocument({
                file: handle,
                mimeType: "application/octet-stream",
                attributes: [new Api.DocumentAttributeFilename({ fileName: file.name })],
            }),
        }),
    );
    return { media, document: media.document, handle: handle.className, parts: handle.parts, calls: progress.length };
}

async function transfer(client, step) {
    const sent = await readFile(step.path);
    const { media, document, ...rest } = await upload(client, step, sent.length);
    const got = step.keep ? sent : await client.downloadMedia(media);
    return {
        ...rest,
        size: Number(document.size),
        sha256: createHash("sha256").update(got).digest("hex"),
    };
}

run(async (client, job) => {
    await login(client, job);
    const answers = [];
    for (const step of job.steps) {
        answers.push(await attempt(transfer(client, step)));
    }
    return answers;
});
