"use strict";

// What the examples leave to their reader: an application's id and hash, a string
// session, and here also the fake datacenter instead of the real one.

const { connectTo } = require("../fakedc");

const [host, port] = String(process.env.FAKEDC_ADDR).split(":");

const fakeDC = {
    id: Number(process.env.FAKEDC_DC),
    host,
    port: Number(port),
    publicKey: String(process.env.FAKEDC_PUBLIC_KEY),
};

module.exports = { connectTo, fakeDC, apiId: 1, apiHash: "any", savedSession: String(process.env.FAKEDC_SESSION) };
