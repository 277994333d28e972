// Drives a page over the DevTools protocol, through a pipe of the browser's own.
// https://chromedevtools.github.io/devtools-protocol/

/** connect speaks with the browser behind two pipes, in messages that end with a zero byte. */
export function connect(to, from) {
    const waiting = new Map();
    let last = 0, rest = "";
    from.setEncoding("utf8").on("data", (chunk) => {
        const messages = (rest + chunk).split("\0");
        rest = messages.pop();
        for (const { id, result, error } of messages.map((text) => JSON.parse(text))) {
            const { resolve, reject } = waiting.get(id) ?? {};
            waiting.delete(id);
            error ? reject?.(new Error(error.message)) : resolve?.(result);
        }
    });
    return (method, params = {}, sessionId = undefined) =>
        new Promise((resolve, reject) => {
            waiting.set(++last, { resolve, reject });
            to.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
        });
}

/** page opens one tab of the browser. */
export async function page(send, url, { width, height, dark }) {
    const { targetId } = await send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
    const tab = (method, params) => send(method, params, sessionId);
    await tab("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
    await tab("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }] });
    await tab("Page.enable");
    await tab("Page.navigate", { url });
    return tab;
}

/** until asks the page again and again, and returns the first answer that is true. */
export async function until(tab, expression, deadline) {
    for (;;) {
        const { result, exceptionDetails } = await tab("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
        if (!exceptionDetails && result.value) {
            return result.value;
        }
        if (Date.now() > deadline) {
            throw new Error(`not true in time: ${expression}: ${exceptionDetails?.exception?.description ?? JSON.stringify(result.value)}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}
