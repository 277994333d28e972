// Points mtcute in a browser (npm "@mtcute/web") at a fake datacenter. All of it is
// public API:
//
//  1. WebSocketTransport dials wss://venus.web.telegram.org/apiws and the like, with
//     no place for a port or for ws://. It takes a WebSocket class, however: one that
//     dials the fake datacenter instead, with the subprotocol that mtcute asks for.
//     Everything above the socket stays the library's.
//  2. mtcute encrypts the making of an auth key for Telegram's own RSA keys, so the
//     fake datacenter's key is added to them. That takes a SHA-1, and in a browser
//     mtcute's comes from WebAssembly, which has to be loaded first.
//  3. The storage must not remember Telegram's own DCs: MemoryStorage starts empty.
//
// The page must come from a secure context (https, or http on 127.0.0.1 or
// localhost), since mtcute needs crypto.subtle. Any origin may dial a fakedc.

import { MemoryStorage, WebCryptoProvider, WebSocketTransport } from "@mtcute/web";
import { addPublicKey } from "@mtcute/web/utils.js";

/**
 * @typedef {object} DC a fake datacenter, as `fakedc serve` prints it
 * @property {number} id the number of the datacenter, 2 unless it was told otherwise
 * @property {string} host its IP address, such as 127.0.0.1
 * @property {number} port its port
 * @property {string} publicKey its RSA key as PEM
 */

/**
 * Returns the options that make `new TelegramClient({ apiId, apiHash, ...options })`
 * talk to the fake datacenter and to nothing else.
 * @param {DC} dc
 */
export async function connectTo(dc) {
    const crypto = new WebCryptoProvider();
    await crypto.initialize();
    addPublicKey(crypto, dc.publicKey);
    class FakeDCSocket extends WebSocket {
        constructor(_, protocols) {
            super(`ws://${dc.host}:${dc.port}/apiws`, protocols);
        }
    }
    const address = { id: dc.id, ipAddress: dc.host, port: dc.port };
    return {
        crypto,
        storage: new MemoryStorage(),
        transport: new WebSocketTransport({ ws: FakeDCSocket }),
        defaultDcs: { main: address, media: address },
    };
}
