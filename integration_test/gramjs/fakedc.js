"use strict";

// Points GramJS (npm "telegram") at a fake datacenter, without a change in the
// library. Four things are needed, each because GramJS has its own idea of it:
//
//  1. It encrypts the making of an auth key for Telegram's own RSA keys only, so
//     the fake datacenter's key is added to them.
//  2. It looks its own DC up in help.getConfig before it uploads and waits for
//     ever where it is not listed, so the session says which DC this is.
//  3. It ignores the port of the session and of the config: the first connection
//     goes to 80 (443 with useWSS), those that upload and download go to 443. So
//     a socket class dials the real one. Only the socket is replaced: transport
//     (`connection`), reconnecting and all else stay the library's.
//  4. It writes the session's port into a signed 16-bit field and throws above
//     32767. As the port is ignored anyway, the session keeps 443.

const { createHash, createPublicKey } = require("node:crypto");
const { _serverKeys } = require("telegram/crypto/RSA");
const { PromisedNetSockets } = require("telegram/extensions");
const { readBigIntFromBuffer } = require("telegram/Helpers");

/**
 * @typedef {object} DC a fake datacenter, as `fakedc serve` prints it
 * @property {number} id the number of the datacenter, 2 unless it was told otherwise
 * @property {string} host its IP address, such as 127.0.0.1
 * @property {number} port its port
 * @property {string} publicKey its RSA key as PEM
 */

/**
 * Makes GramJS accept an RSA key.
 * @param {string} pem
 */
function trust(pem) {
    const jwk = createPublicKey(pem).export({ format: "jwk" });
    const n = Buffer.from(String(jwk.n), "base64url");
    // MTProto names a key by the end of the SHA-1 of its two numbers, each as TL bytes; e is 65537.
    // https://core.telegram.org/mtproto/auth_key#dh-exchange-initiation
    const tl = Buffer.concat([Buffer.from([0xfe, 0, 1, 0]), n, Buffer.from([3, 1, 0, 1])]);
    const fingerprint = createHash("sha1").update(tl).digest().readBigInt64LE(12);
    _serverKeys.set(fingerprint.toString(), { n: readBigIntFromBuffer(n, false), e: 65537 });
}

/**
 * Returns the parameters that make `new TelegramClient(session, apiId, apiHash, params)`
 * talk to the fake datacenter and to nothing else. It also sets the session's DC.
 *
 * Pass PromisedWebSockets, together with `connection: ConnectionTCPObfuscated`, for a websocket.
 * @param {DC} dc
 * @param {import("telegram/sessions").StringSession} session
 * @param {typeof import("telegram/extensions").PromisedNetSockets | typeof import("telegram/extensions").PromisedWebSockets} [Socket]
 */
function connectTo(dc, session, Socket = PromisedNetSockets) {
    trust(dc.publicKey);
    session.setDC(dc.id, dc.host, 443);
    const Base = /** @type {typeof PromisedNetSockets} */ (Socket);
    class FakeDCSocket extends Base {
        connect() {
            return super.connect(dc.port, dc.host);
        }
    }
    return { networkSocket: FakeDCSocket };
}

module.exports = { connectTo, trust };
