// The page: follows the server and hands out what changed.

import { follow, keepToken, Refused, takeToken } from "./api.js";
import * as controls from "./controls.js";
import * as journal from "./journal.js";
import * as uploads from "./uploads.js";
import { bytes } from "./words.js";

const $ = (id) => document.getElementById(id);
const rates = [];
let before;

function state(text, look = "") {
    $("state").textContent = text;
    $("state").className = look;
}

function graph() {
    const canvas = $("rate-graph"), g = canvas.getContext("2d");
    const most = Math.max(1, ...rates);
    g.clearRect(0, 0, canvas.width, canvas.height);
    g.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--s");
    rates.forEach((r, i) => g.fillRect(2 * i, canvas.height, 1.5, -Math.max(1, (canvas.height * r) / most)));
}

/** rate is measured over half a second or more. */
function measure(time, total) {
    if (before && time - before.time < 500) {
        return;
    }
    if (before) {
        rates.push((1000 * Math.max(0, total - before.total)) / (time - before.time));
        rates.splice(0, rates.length - 60);
        $("rate").textContent = `${bytes(rates.at(-1))}/s`;
        requestAnimationFrame(graph);
    }
    before = { time, total };
}

function take(news) {
    if (news.server) {
        const at = news.server.dcs.map((dc) => `DC ${dc.id} ${dc.addr}`).join(", ");
        $("where").textContent = at;
        document.title = `fakedc ${at}`;
    }
    const total = uploads.update(news.uploads, news.numbers, news.time);
    controls.update(news);
    journal.add(news.events);
    measure(news.time, total);
    $("total-uploads").textContent = news.numbers.length;
    $("total-bytes").textContent = bytes(total);
}

function forget() {
    uploads.forget();
    journal.forget();
    rates.length = 0;
    before = undefined;
}

async function run() {
    for (;;) {
        try {
            await controls.fill();
            forget(); // not before another server answers: until then people read what the last one left
            state("live", "live");
            await follow("live", take);
            state("the server ended", "lost");
        } catch (err) {
            if (err instanceof Refused && err.status === 401) {
                $("sign-in").hidden = false;
                $("main").hidden = true;
                state("not signed in", "lost");
                return;
            }
            state("not reachable, trying again", "lost");
        }
        await new Promise((resolve) => setTimeout(resolve, 1000));
    }
}

$("sign-in").addEventListener("submit", (e) => {
    e.preventDefault();
    keepToken($("token").value.trim());
    $("sign-in").hidden = true;
    $("main").hidden = false;
    run();
});
addEventListener("hashchange", () => takeToken() && location.reload());
uploads.begin(journal.show);
controls.begin();
journal.begin();
takeToken();
run();
