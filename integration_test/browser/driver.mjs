// Does one job with mtcute in a browser: reads it as JSON from stdin, writes what
// happened as one line of JSON to stdout. page.mjs is what runs in the browser.

import { readFile, stat } from "node:fs/promises";
import { open } from "./chromium.mjs";
import { body, serve } from "./site.mjs";

async function version() {
    const file = new URL("package.json", import.meta.resolve("@mtcute/web"));
    return `mtcute ${JSON.parse(await readFile(file, "utf8")).version}`;
}

/** expired is the result if the page posts none in time. */
function expired(seconds) {
    const error = { class: "Timeout", message: `not done after ${seconds} s`, code: 0 };
    return new Promise((resolve) => setTimeout(resolve, seconds * 1000, { ok: false, error }));
}

/** browse opens the page and waits for its result, whatever happens to the browser. */
async function browse(job) {
    const timeout = expired(job.timeout);
    const site = await serve(job);
    const browser = await open(site.url);
    try {
        return await Promise.race([site.result, timeout, browser.failed]);
    } finally {
        site.close();
        await browser.close();
    }
}

const started = performance.now();
const job = JSON.parse(await body(process.stdin));
if (job.transport !== "websocket") {
    throw new TypeError(`a browser has no transport ${job.transport}: websocket`);
}
await stat(job.path); // a wrong job is not the library's failure
const answer = await browse(job);
const seconds = Math.round(performance.now() - started) / 1000;
process.stdout.write(`${JSON.stringify({ ...answer, library: await version(), seconds })}\n`, () => process.exit(0));
