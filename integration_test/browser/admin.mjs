// Opens the live page of fakedc, asks it for a list of expressions, each until it is
// true, and writes their values as one line of JSON. The job comes from stdin.

import { writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { connect, page, until } from "./cdp.mjs";
import { open } from "./chromium.mjs";

const job = JSON.parse(await text(process.stdin));
const deadline = Date.now() + job.timeout * 1000;
const browser = await open("about:blank", { pipe: true });

async function look() {
    const tab = await page(connect(...browser.pipes), job.url, { width: job.width ?? 1400, height: job.height ?? 1300, dark: job.dark });
    const values = [];
    for (const expression of job.until) {
        values.push(await until(tab, expression, deadline));
    }
    if (job.screenshot) {
        const { data } = await tab("Page.captureScreenshot", { format: "png" });
        await writeFile(job.screenshot, Buffer.from(data, "base64"));
    }
    return values;
}

try {
    process.stdout.write(`${JSON.stringify(await Promise.race([look(), browser.failed]))}\n`);
} finally {
    await browser.close();
}
process.exit(0);
