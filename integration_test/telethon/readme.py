import hashlib, json, os, subprocess, unittest, urllib.error, urllib.request

from telethon import TelegramClient
from telethon.sessions import StringSession


class UploadTest(unittest.IsolatedAsyncioTestCase):  # which pytest runs, too
    def setUp(self):
        self.fakedc = subprocess.Popen(["fakedc", "serve"], stdout=subprocess.PIPE)
        self.addCleanup(self.fakedc.communicate)
        self.addCleanup(self.fakedc.terminate)
        self.ready = json.loads(self.fakedc.stdout.readline())

    def ask(self, path, body=None):
        """Calls the admin API: by GET, or by POST if there is something to say."""
        admin = self.ready["admin"]
        request = urllib.request.Request(admin["url"] + "api/v1/" + path, body and json.dumps(body).encode())
        request.headers = {"Authorization": "Bearer " + admin["token"], "Content-Type": "application/json"}
        try:
            return json.load(urllib.request.urlopen(request))
        except urllib.error.HTTPError as e:
            self.fail(e.read().decode())

    async def test_survives_a_flood_wait(self):
        self.ask("faults", {"fault": "part=2: 1*flood_wait(1s)"})
        video = os.urandom(11 << 20)
        async with TelegramClient(StringSession(self.ready["sessions"]["telethon"]), 1, "any") as client:
            await client.send_file("@channel", video, force_document=True)  # your own code

        [upload] = self.ask("uploads")
        self.assertEqual(upload["report"]["refused_count"], 1)
        self.ask("verify", {
            "uploads": [{"file_id": upload["file_id_string"], "sha256": hashlib.sha256(video).hexdigest()}],
            "calls": [{"method": "messages.sendMedia", "times": 1}],
            "verdict": True,  # no rule was broken, and the fault has fired
        })
