// Words and numbers for people.

export function bytes(n) {
    let unit = 0;
    for (; n >= 1024 && unit < 4; unit++) {
        n /= 1024;
    }
    return `${unit ? n.toFixed(1) : Math.round(n)} ${["B", "KiB", "MiB", "GiB", "TiB"][unit]}`;
}

export const count = (n, thing) => `${n.toLocaleString("en")} ${thing}${n === 1 ? "" : "s"}`;

export const cells = {
    ".": "not there yet",
    s: "stored",
    a: "stored after a refusal or loss",
    d: "stored, and repeated",
    w: "told to wait",
    r: "refused",
    l: "lost",
};

/** element makes one, with text or children that are never read as HTML. */
export function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (typeof value === "function") {
            made.addEventListener(key, value);
        } else if (value !== undefined) {
            made.setAttribute(key, value);
        }
    }
    made.append(...children);
    return made;
}

let hide;
/** say tells a person something, and a screen reader too. */
export function say(text) {
    const line = document.getElementById("say");
    line.textContent = text;
    line.classList.add("on");
    clearTimeout(hide);
    hide = setTimeout(() => line.classList.remove("on"), 5000);
}
