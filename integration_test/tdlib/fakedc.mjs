import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getTdjson } from "prebuilt-tdlib";
import * as tdl from "tdl";

// Copies TDLib, with fakedc's RSA key in the place of Telegram's two, which are as long.
function trusting(pem, copy) {
  const library = readFileSync(getTdjson()), key = Buffer.from(pem.trim());
  let replaced = 0;
  for (let at = 0; (at = library.indexOf("-----BEGIN RSA PUBLIC KEY-----", at)) >= 0; at++) {
    if (library.indexOf(0, at) - at !== key.length) continue;
    key.copy(library, at);
    replaced++;
  }
  if (replaced !== 2) throw new Error(`${getTdjson()} has ${replaced} keys of this length, not 2`);
  writeFileSync(copy, library);
  return copy;
}

// Makes a client of the server that printed the ready line. In a new directory: the old
// one would know the proxy and the keys of an old server.
export async function connect({ rsa, socks }, directory = mkdtempSync(join(tmpdir(), "tdlib-"))) {
  tdl.configure({ tdjson: trusting(rsa.pem, join(directory, "libtdjson")) });
  const client = tdl.createClient({
    apiId: 1, apiHash: "any", databaseDirectory: join(directory, "db"), filesDirectory: join(directory, "files"),
  });
  const [server, port] = socks.split(":");
  const proxy = { _: "proxy", server, port: Number(port), type: { _: "proxyTypeSocks5" } };
  await client.invoke({ _: "addProxy", proxy, enable: true }); // it connects to nothing before
  return client;
}
