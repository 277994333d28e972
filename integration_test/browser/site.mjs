// Bundles the page and serves it on loopback, with its job and its file, until the
// page has posted the result.

import { createReadStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const html = '<!doctype html><meta charset="utf-8"><title>fakedc</title><script type="module" src="/page.js"></script>';

/** bundle makes one file of the page and all that it imports. */
async function bundle() {
    const folder = await mkdtemp(join(tmpdir(), "fakedc-page-"));
    try {
        const outfile = join(folder, "page.js");
        await build({
            entryPoints: [fileURLToPath(new URL("page.mjs", import.meta.url))],
            outfile,
            bundle: true,
            format: "esm",
            target: "es2022",
            logLevel: "error",
        });
        return await readFile(outfile);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** wasm are the files that mtcute loads from where its script came from. */
async function wasm() {
    const names = ["mtcute.wasm", "mtcute-simd.wasm"];
    const read = (name) => readFile(new URL(import.meta.resolve(`@mtcute/wasm/${name}`)));
    return Object.fromEntries(await Promise.all(names.map(async (name) => [`/${name}`, ["application/wasm", await read(name)]])));
}

/**
 * Serves the page. Returns its address and a promise of what it posts.
 * @param {object} job
 */
export async function serve(job) {
    const files = {
        "/": ["text/html", html],
        "/page.js": ["text/javascript", await bundle()],
        "/job": ["application/json", JSON.stringify(job)],
        ...(await wasm()),
    };
    const server = createServer();
    const result = new Promise((resolve, reject) => {
        server.on("request", (request, response) => {
            if (request.url === "/result" && request.method === "POST") {
                body(request).then(JSON.parse).then(resolve, reject);
                response.end();
            } else if (request.url === "/file") {
                response.setHeader("Content-Type", "application/octet-stream");
                createReadStream(job.path).on("error", reject).pipe(response);
            } else if (Object.hasOwn(files, request.url)) {
                const [type, content] = files[request.url];
                response.setHeader("Content-Type", type);
                response.end(content);
            } else {
                response.statusCode = 404; // a favicon
                response.end();
            }
        });
    });
    await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    const close = () => {
        server.close();
        server.closeAllConnections();
    };
    return { url: `http://127.0.0.1:${server.address().port}/`, result, close };
}

/** body reads all of a stream of text. */
export async function body(stream) {
    const chunks = [];
    for await (const chunk of stream) {
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
}
