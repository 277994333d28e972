const {Api, TelegramClient} = require('telegram');
const {StringSession} = require('telegram/sessions');
const {connectTo, fakeDC, apiId, apiHash, savedSession} = require('./setup');

const session = new StringSession(savedSession); // You should put your string session here
const client = new TelegramClient(session, apiId, apiHash, connectTo(fakeDC, session));

(async function run() {
    await client.connect() // This assumes you have already authenticated with .start()

    const result = await client.invoke(new Api.upload.SaveBigFilePart({
    fileId: BigInt('-4156887774564'),
    filePart: 43,
    fileTotalParts: 43,
    bytes: Buffer.from('arbitrary data here')
}));
    console.log(result); // prints the result
})();
