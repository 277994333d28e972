"use strict";

// Logs in and says who it is, and with which session one can come back.

const { run, login, attempt } = require("./harness");

run(async (client, job) => {
    await client.connect();
    const before = await client.checkAuthorization();
    if (!before) {
        const started = await attempt(login(client, job));
        if (started.error) {
            return { before, error: started.error };
        }
    }
    const me = await client.getMe();
    return { before, id: String(me.id), bot: Boolean(me.bot), session: client.session.save() };
});
