// Talks to the server. The token comes in the fragment of the address, which the
// browser does not send, and stays in this tab.

const key = "fakedc-token";

/** silence is after how long without a word a server counts as gone: it says something every two seconds. */
const silence = 10_000;

function decoded(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        return text; // no token is so, and the server will say it
    }
}

export function takeToken() {
    if (location.hash.length > 1) {
        sessionStorage.setItem(key, decoded(location.hash.slice(1)));
        history.replaceState(null, "", location.pathname);
    }
    return sessionStorage.getItem(key);
}

export const keepToken = (token) => sessionStorage.setItem(key, token);

/** Refused is an error that the server explained. */
export class Refused extends Error {
    constructor(status, body) {
        super([body.error, ...(body.details ?? [])].join("\n"));
        this.status = status;
    }
}

async function open(method, path, body, signal) {
    const headers = { Authorization: `Bearer ${takeToken()}` };
    if (body !== undefined) {
        headers["Content-Type"] = "application/json";
    }
    const answer = await fetch(`api/v1/${path}`, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
    if (!answer.ok) {
        throw new Refused(answer.status, await answer.json().catch(() => ({ error: answer.statusText })));
    }
    return answer;
}

export async function call(method, path, body) {
    const answer = await open(method, path, body);
    const text = await answer.text();
    return text ? JSON.parse(text) : undefined;
}

/** follow calls back with each message of a stream, until it ends. EventSource cannot show a token. */
export async function follow(path, message) {
    const gone = new AbortController();
    let timer;
    const heard = () => {
        clearTimeout(timer);
        timer = setTimeout(() => gone.abort(), silence);
    };
    try {
        heard();
        const answer = await open("GET", path, undefined, gone.signal);
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        let rest = "";
        for (;;) {
            const { value, done } = await reader.read();
            if (done) {
                return;
            }
            heard();
            const blocks = (rest + value).split("\n\n");
            rest = blocks.pop();
            for (const block of blocks) {
                const data = block.split("\n").find((line) => line.startsWith("data: "));
                if (data) {
                    message(JSON.parse(data.slice(6)));
                }
            }
        }
    } finally {
        clearTimeout(timer);
        gone.abort(); // also if a message could not be shown: the server has only so many streams
    }
}
