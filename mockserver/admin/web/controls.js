// What a person can do: faults, the scenario, connections.

import { call } from "./api.js";
import { element, say } from "./words.js";

const $ = (id) => document.getElementById(id);

/** act does something and says how it went. */
async function act(what, method, path, body) {
    try {
        const answer = await call(method, path, body);
        say(typeof what === "function" ? what(answer) : what);
    } catch (err) {
        say(err.message);
    }
}

/** injected says what is in force now, and why it may not be what was meant. */
const injected = ({ text, warnings }) => [`injected: ${text}`, ...(warnings ?? []).map((w) => w.message)].join("; ");
const inject = (fault) => act(injected, "POST", "faults", { fault });

/** list writes items again only if they changed, so that focus stays where it is. */
function list(id, items, make) {
    const text = JSON.stringify(items);
    if ($(id).dataset.shown !== text) {
        const at = [...$(id).querySelectorAll("button")].indexOf(document.activeElement);
        $(id).dataset.shown = text;
        $(id).replaceChildren(...items.map(make));
        $(id).querySelectorAll("button")[at]?.focus();
    }
}

function fired(n) {
    return element("b", { class: n ? "fired" : "", title: "how often it fired" }, `${n}×`);
}

function remover(label, path, said) {
    return element("button", { "aria-label": label, click: () => act(said, "DELETE", path) }, "✕");
}

function sessionText(s) {
    const over = s.connections.length ? `over #${s.connections.join(", #")}` : "not connected";
    return `#${s.number} DC ${s.dc} ${s.account ? `account ${s.account}` : "not logged in"}, layer ${s.layer}, ${over}`;
}

export function update({ scenario, faults, connections, sessions }) {
    $("faults-on").checked = faults.on;
    list("injected", faults.injected, (f) => element("li", {}, element("span", {}, f.text), fired(f.fired), remover(`Remove ${f.text}`, `faults/${f.id}`, "removed")));
    $("scenario-name").textContent = scenario.name || "none";
    $("scenario-text").textContent = scenario.description;
    list("rules", scenario.rules, (r, i) => element("li", {}, element("span", {}, r.name || `rule ${i + 1}`), fired(r.fired)));
    list("connections", connections, (c) => element("li", {}, element("span", {}, `#${c.number} DC ${c.dc} ${c.remote}`), remover(`Drop connection ${c.number}`, `connections/${c.number}`, `dropped connection ${c.number}`)));
    list("sessions", sessions, (s) => element("li", {}, element("span", {}, sessionText(s)), remover(`Forget session ${s.number}`, `sessions/${s.id}`, `forgot session ${s.number}`)));
    $("total-connections").textContent = connections.length;
}

export function begin() {
    $("inject").addEventListener("submit", (e) => (e.preventDefault(), inject($("fault").value)));
    for (const button of document.querySelectorAll("[data-fault]")) {
        button.title = button.dataset.fault;
        button.addEventListener("click", () => inject(button.dataset.fault));
    }
    $("faults-on").addEventListener("change", (e) => act(e.target.checked ? "rules may fire" : "no rule fires", "PUT", "faults", { on: e.target.checked }));
    $("load").addEventListener("submit", (e) => (e.preventDefault(), act(`loaded ${$("builtin").value}`, "PUT", "scenario", { builtin: $("builtin").value })));
    $("reset").addEventListener("click", () => act("counters reset", "POST", "scenario/reset"));
    $("drop-all").addEventListener("click", () => act(({ dropped }) => `dropped ${dropped}`, "DELETE", "connections"));
}

export async function fill() {
    const [all, { examples }] = await Promise.all([call("GET", "scenarios"), call("GET", "faults")]);
    $("builtin").replaceChildren(...all.map((s) => element("option", { title: s.description }, s.name)));
    $("fault-examples").replaceChildren(...(examples ?? []).map((x) => element("option", { value: `1*${x}` })));
}
