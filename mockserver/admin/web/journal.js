// The journal: the newest events, and what the filters choose of the older ones.

import { call } from "./api.js";
import { element, say } from "./words.js";

const most = 300;
const kinds = ["connect", "transport", "disconnect", "auth_key", "session", "login", "call", "part", "file", "fault", "refused", "limit", "unknown", "layer", "panic", "scenario", "hostile", "control", "store", "kept", "left", "unheard"];
const $ = (id) => document.getElementById(id);
const quiet = "bad_server_salt"; // how clients learn their first salt
let waiting = [];
let scheduled = false;
let newest = 0; // what the table has, or will have: the same event may come by both ways
let meanwhile; // what came while an answer was awaited
let asked = 0;

const wrong = (e) => (e.error && e.error !== quiet) || e.fault || ["refused", "limit", "unknown", "panic"].includes(e.kind);

function chosen(e) {
    const is = (id, value) => $(id).value === "" || Number($(id).value) === value;
    return ($("kind").value === "" || $("kind").value === e.kind) && is("file", e.file) && is("part", e.part) && is("conn", e.conn) && (!$("wrong").checked || wrong(e));
}

function words(e) {
    const part = e.part === undefined ? "" : `upload ${e.file} part ${e.part}${e.total > 0 ? ` of ${e.total}` : ""}, ${e.size ?? 0} bytes`;
    return [e.method, part, e.error, e.fault && `[${e.fault}]`, e.text].filter(Boolean).join(" · ");
}

function row(e) {
    const look = e.error && e.error !== quiet ? "wrong" : e.fault ? "fault" : "";
    return element("tr", { class: look }, ...[e.seq, e.time.slice(11, 23), e.conn ?? "", e.kind, words(e)].map((v) => element("td", {}, String(v))));
}

function paint() {
    scheduled = false;
    const rows = waiting.slice(-most).reverse().map(row);
    waiting = [];
    $("events").prepend(...rows);
    while ($("events").rows.length > most) {
        $("events").deleteRow(-1);
    }
}

/** add takes new events, oldest first. */
export function add(events) {
    meanwhile?.push(...events);
    const fresh = events.filter((e) => e.seq > newest);
    newest = fresh.at(-1)?.seq ?? newest;
    waiting.push(...fresh.filter(chosen));
    waiting = waiting.slice(-most);
    if (waiting.length && !scheduled) {
        scheduled = true;
        requestAnimationFrame(paint);
    }
}

/** look asks for the events that the filters choose. Of several answers only that to the last question counts. */
async function look() {
    const mine = ++asked;
    meanwhile = [];
    const query = new URLSearchParams({ limit: 10000 });
    for (const id of ["kind", "file", "part", "conn"]) {
        if ($(id).value !== "") {
            query.set(id, $(id).value);
        }
    }
    try {
        const { events, last } = await call("GET", `journal?${query}`);
        if (mine !== asked) {
            return;
        }
        const later = meanwhile;
        clear();
        add(events);
        newest = last;
        add(later);
    } catch (err) {
        if (mine === asked) {
            meanwhile = undefined;
            say(err.message);
        }
    }
}

/** show has the journal tell the story of one part. */
export function show(file, part) {
    $("filters").reset();
    $("file").value = file;
    $("part").value = part;
    look();
    $("journal").scrollIntoView({ block: "nearest" });
}

export function begin() {
    $("kind").append(...kinds.map((k) => element("option", {}, k)));
    $("filters").addEventListener("submit", (e) => e.preventDefault());
    $("filters").addEventListener("input", look);
    $("filters").addEventListener("reset", () => setTimeout(look));
}

function clear() {
    $("events").replaceChildren();
    waiting = [];
    newest = 0;
    meanwhile = undefined;
}

/** forget empties the table. What was asked of the server of before is not shown in it any more. */
export function forget() {
    asked++;
    clear();
}
