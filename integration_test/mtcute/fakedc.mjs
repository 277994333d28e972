// Points mtcute (npm "@mtcute/node") at a fake datacenter. All of it is public API:
//
//  1. mtcute encrypts the making of an auth key for Telegram's own RSA keys, so the
//     fake datacenter's key is added to them with addPublicKey.
//  2. defaultDcs says where the first connection goes, and `media` where those for
//     files go. mtcute asks for no other address as long as the account is on this DC.
//  3. The storage must not remember Telegram's own DCs: MemoryStorage starts empty.
//     A storage on disk would win over defaultDcs once somebody has logged in.

import { MemoryStorage } from "@mtcute/node";
import { addPublicKey, NodeCryptoProvider } from "@mtcute/node/utils.js";

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
export function connectTo(dc) {
    const crypto = new NodeCryptoProvider();
    addPublicKey(crypto, dc.publicKey);
    const address = { id: dc.id, ipAddress: dc.host, port: dc.port };
    return { crypto, storage: new MemoryStorage(), defaultDcs: { main: address, media: address } };
}
