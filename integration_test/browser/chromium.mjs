// Runs a Chromium without a window, with a profile of its own, that reaches nothing
// but this machine.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The program, unless FAKEDC_CHROMIUM names another one. */
const program = process.env.FAKEDC_CHROMIUM ?? "chromium";

const flags = [
    "--headless",
    "--no-sandbox", // which root, and so a container, cannot have
    "--disable-gpu",
    "--disable-dev-shm-usage", // small in containers
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--metrics-recording-only",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    // A page without a window counts as hidden, and timers of hidden pages are slowed.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
];

/**
 * Opens a page. Returns a promise that fails if the browser ends by itself, and a
 * function that ends it and removes its profile. With pipe, the DevTools protocol is
 * spoken over two pipes: to the browser, and from it.
 * @param {string} url
 */
export async function open(url, { pipe = false } = {}) {
    const profile = await mkdtemp(join(tmpdir(), "fakedc-chromium-"));
    // A process group of its own, so that all of its processes can be ended.
    const browser = spawn(program, [...flags, ...(pipe ? ["--remote-debugging-pipe"] : []), `--user-data-dir=${profile}`, url], {
        detached: true,
        stdio: ["ignore", "ignore", "pipe", ...(pipe ? ["pipe", "pipe"] : [])],
        env: { ...process.env, HOME: profile, XDG_CONFIG_HOME: profile, XDG_CACHE_HOME: profile },
    });
    let said = "";
    browser.stderr.on("data", (chunk) => {
        said = (said + chunk).slice(-4096);
    });
    const exited = new Promise((resolve) => {
        browser.once("error", resolve);
        browser.once("exit", (code, signal) => resolve(new Error(`${program} ended (${code ?? signal}): ${said}`)));
    });
    const close = async () => {
        if (browser.pid && browser.exitCode === null && browser.signalCode === null) {
            process.kill(-browser.pid, "SIGKILL");
        }
        await exited;
        await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    };
    return {
        pipes: browser.stdio.slice(3),
        failed: exited.then((err) => {
            throw err;
        }),
        close,
    };
}
