import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, test } from "node:test";
import { TelegramClient } from "telegram";
import { PromisedNetSockets } from "telegram/extensions/index.js";
import { StringSession } from "telegram/sessions/index.js";

let fakedc, ready, client;

beforeEach(async () => {
  fakedc = spawn("fakedc", ["serve"], { stdio: ["ignore", "pipe", "inherit"] });
  ready = JSON.parse(await once(createInterface(fakedc.stdout), "line"));
  const { dcs: [dc], sessions } = ready;
  class FakeDCSocket extends PromisedNetSockets { // GramJS dials 80 and 443, whatever port the session has
    connect() {
      return super.connect(dc.port, dc.host);
    }
  }
  client = new TelegramClient(new StringSession(sessions.gramjs), 1, "any", { networkSocket: FakeDCSocket });
  await client.connect();
});

afterEach(async () => {
  client.setLogLevel("none"); // destroy() leaves the connection for parts, which dials for ever
  await client.destroy();
  fakedc.kill();
  await once(fakedc, "exit");
});

// Calls the admin API: by GET, or by POST if there is something to say.
async function ask(path, body) {
  const { url, token } = ready.admin;
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const response = await fetch(`${url}api/v1/${path}`, { headers, method: body ? "POST" : "GET", body: JSON.stringify(body) });
  if (!response.ok) assert.fail(await response.text());
  return response.json();
}

test("survives a flood wait", async () => {
  await ask("faults", { fault: "part=2: 1*flood_wait(1s)" });
  const video = randomBytes(11 << 20);
  await client.sendFile("@channel", { file: video, forceDocument: true, workers: 4 }); // your own code

  const [upload] = await ask("uploads");
  assert.equal(upload.report.refused_count, 1);
  await ask("verify", {
    uploads: [{ file_id: upload.file_id_string, sha256: createHash("sha256").update(video).digest("hex") }],
    calls: [{ method: "messages.sendMedia", times: 1 }],
    verdict: true, // no rule was broken, and the fault has fired
  });
});
