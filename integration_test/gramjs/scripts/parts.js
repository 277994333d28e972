"use strict";

// Calls upload.saveBigFilePart and upload.saveFilePart by hand, as the test says.

const { Api } = require("telegram");
const { run, login, attempt } = require("./harness");

function request(call) {
    const bytes = Buffer.alloc(call.size, 7);
    if (call.small) {
        return new Api.upload.SaveFilePart({ fileId: BigInt(call.file), filePart: call.part, bytes });
    }
    return new Api.upload.SaveBigFilePart({
        fileId: BigInt(call.file),
        filePart: call.part,
        fileTotalParts: call.total,
        bytes,
    });
}

run(async (client, job) => {
    await login(client, job);
    const answers = [];
    for (const call of job.calls) {
        answers.push(await attempt(client.invoke(request(call))));
    }
    return answers;
});
