// The cards of the uploads, each with the map of its parts on a canvas.

import { bytes, cells, count, element } from "./words.js";

const gap = 1;
const cards = new Map();
const dirty = new Set();
let colours = {};
let scheduled = false;
let shows = () => {};

function readColours() {
    const style = getComputedStyle(document.documentElement);
    colours = Object.fromEntries(["s", "a", "d", "w", "r", "l", "n", "text"].map((c) => [c, style.getPropertyValue(`--${c}`).trim()]));
    colours["."] = colours.n;
}

/** edge is the size of a cell: small files get large cells. */
const edge = (n) => (n <= 60 ? 16 : n <= 400 ? 11 : n <= 2500 ? 7 : 5);

function lay(card) {
    const length = Math.max(card.cells.length, card.news.total, 1);
    const size = edge(length) + gap;
    const width = card.canvas.clientWidth || 380;
    const columns = Math.max(1, Math.floor((width + gap) / size));
    return { length, size, width, columns, height: Math.ceil(length / columns) * size };
}

function glyph(g, cell, x, y, size) {
    g.strokeStyle = g.fillStyle = "rgba(255,255,255,.9)";
    g.lineWidth = 1.5;
    const a = size * 0.28, b = size * 0.72, m = size / 2;
    g.beginPath();
    if (cell === "r") {
        g.moveTo(x + a, y + a), g.lineTo(x + b, y + b), g.moveTo(x + b, y + a), g.lineTo(x + a, y + b);
    } else if (cell === "w") {
        g.arc(x + m, y + m, size * 0.2, 0, 7);
    } else if (cell === "a") {
        g.moveTo(x + a, y + m), g.lineTo(x + m, y + b), g.lineTo(x + b, y + a);
    } else if (cell === "d") {
        g.rect(x + a, y + a, b - a, b - a);
    } else if (cell === "l") {
        g.moveTo(x + a, y + m), g.lineTo(x + b, y + m);
    }
    g.stroke();
}

function draw(card) {
    const { length, size, width, columns, height } = lay(card);
    const scale = devicePixelRatio || 1;
    if (card.canvas.width !== Math.round(width * scale) || card.canvas.height !== Math.round(height * scale)) {
        card.canvas.width = Math.round(width * scale);
        card.canvas.height = Math.round(height * scale);
        card.canvas.style.height = `${height}px`;
    }
    const g = card.canvas.getContext("2d");
    g.setTransform(scale, 0, 0, scale, 0, 0);
    g.clearRect(0, 0, width, height);
    const side = size - gap;
    for (let i = 0; i < length; i++) {
        const cell = card.cells[i] ?? ".";
        const x = (i % columns) * size, y = Math.floor(i / columns) * size;
        g.fillStyle = colours[cell];
        g.fillRect(x, y, side, side);
        if (side >= 11 && cell !== "s" && cell !== ".") {
            glyph(g, cell, x, y, side);
        }
    }
    if (card.at !== undefined) {
        g.strokeStyle = colours.text;
        g.lineWidth = 2;
        g.strokeRect((card.at % columns) * size + 1, Math.floor(card.at / columns) * size + 1, side - 2, side - 2);
    }
}

function paint() {
    scheduled = false;
    for (const card of dirty) {
        if (card.visible) {
            dirty.delete(card);
            write(card);
            draw(card);
        }
    }
}

function touch(card) {
    dirty.add(card);
    if (!scheduled) {
        scheduled = true;
        requestAnimationFrame(paint);
    }
}

const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
        const card = cards.get(Number(entry.target.dataset.number));
        if (card) {
            card.visible = entry.isIntersecting;
            touch(card);
        }
    }
}, { rootMargin: "200px" });

function tell(card) {
    const cell = card.cells[card.at] ?? ".";
    const error = card.errors.get(card.at);
    return `part ${card.at} (number ${card.at + 1}): ${cells[cell]}${error ? `, last answer ${error}` : ""}`;
}

function move(card, to) {
    const { length } = lay(card);
    card.at = Math.max(0, Math.min(length - 1, to));
    card.about.textContent = tell(card);
    touch(card);
}

function keys(card, event) {
    const { columns, length } = lay(card);
    const at = card.at ?? -1;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + columns, ArrowUp: at - columns, Home: 0, End: length - 1 }[event.key];
    if (to !== undefined) {
        move(card, to);
    } else if (event.key === "Enter" && card.at !== undefined) {
        shows(card.news.number, card.at);
    } else {
        return;
    }
    event.preventDefault();
}

function under(card, event) {
    const { size, columns } = lay(card);
    const box = card.canvas.getBoundingClientRect();
    return Math.floor((event.clientY - box.top) / size) * columns + Math.floor((event.clientX - box.left) / size);
}

function make(news) {
    const card = { news, cells: [], errors: new Map(), visible: true };
    card.badge = element("span", { class: "badge" });
    card.bar = element("progress", { "aria-label": "progress", value: 0, max: 1 });
    card.canvas = element("canvas", {
        tabindex: 0, role: "img",
        keydown: (e) => keys(card, e),
        mousemove: (e) => move(card, under(card, e)),
        click: (e) => (move(card, under(card, e)), shows(card.news.number, card.at)),
        blur: () => ((card.at = undefined), (card.about.textContent = ""), touch(card)),
    });
    card.facts = element("div", { class: "facts" });
    card.about = element("p", { class: "hint", role: "status" });
    const title = element("h3", {}, `Upload ${news.number}`, element("span", { class: "mono" }, `${news.kind} ${news.file_id}`), card.badge);
    card.box = element("article", { class: "card", "data-number": news.number, "aria-label": `Upload ${news.number}` }, title, card.bar, card.canvas, card.facts, card.about);
    cards.set(news.number, card);
    document.getElementById("cards").prepend(card.box);
    seen.observe(card.box);
    return card;
}

function write(card) {
    const n = card.news;
    const state = n.finalised ? ["done", "finished"] : n.complete ? ["", "complete"] : ["", n.total > 0 ? `${Math.floor((100 * n.stored) / n.total)}%` : "streaming"];
    card.badge.className = `badge ${state[0]}`;
    card.badge.textContent = state[1];
    card.bar.max = Math.max(1, n.total > 0 ? n.total : n.stored + n.missing);
    card.bar.value = n.stored;
    card.box.classList.toggle("big", Math.max(card.cells.length, n.total) > 1500);
    const facts = [`${n.stored.toLocaleString("en")} of ${n.total > 0 ? count(n.total, "part") : "an unknown number"}`, bytes(n.bytes), `${bytes(card.rate ?? 0)}/s`];
    card.facts.replaceChildren(...facts.map((f) => element("span", {}, f)));
    if (n.refused) {
        card.facts.append(element("span", { class: "wrong" }, `${n.refused} refused`));
    }
    if (n.repeated) {
        card.facts.append(element("span", {}, `${n.repeated} repeated`));
    }
    card.canvas.setAttribute("aria-label", `Map of the parts of upload ${n.number}: ${n.stored} stored, ${n.missing} missing, ${n.refused} refused. Arrow keys walk through the parts.`);
}

/** update takes what changed and returns how many bytes are stored in all. */
export function update(news, numbers, time) {
    for (const n of news) {
        const card = cards.get(n.number) ?? make(n);
        if (card.since !== undefined && time > card.since) {
            const now = (1000 * Math.max(0, n.bytes - card.news.bytes)) / (time - card.since);
            card.rate = 0.7 * (card.rate ?? now) + 0.3 * now;
        }
        card.since = time;
        card.news = n;
        if (n.cells) {
            card.cells = [...n.cells];
            card.errors.clear();
        }
        for (const { p, c, e } of n.changes ?? []) {
            while (card.cells.length < p) {
                card.cells.push(".");
            }
            card.cells[p] = c;
            e ? card.errors.set(p, e) : card.errors.delete(p);
        }
        touch(card);
    }
    const there = new Set(numbers);
    let total = 0;
    for (const [number, card] of cards) {
        if (!there.has(number)) {
            seen.unobserve(card.box);
            card.box.remove();
            cards.delete(number);
            continue;
        }
        if (card.rate && time - card.since > 1500) {
            card.rate = 0;
            touch(card);
        }
        total += card.news.bytes;
    }
    document.getElementById("empty").hidden = cards.size > 0;
    return total;
}

/** begin says what is done when a part is chosen. */
export function begin(show) {
    shows = show;
    readColours();
    const again = () => (readColours(), cards.forEach(touch));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    new ResizeObserver(again).observe(document.getElementById("cards"));
}

export function forget() {
    for (const card of cards.values()) {
        seen.unobserve(card.box);
        card.box.remove();
    }
    cards.clear();
    dirty.clear();
}
