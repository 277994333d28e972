import {Api, TelegramClient} from 'telegram';
import {StringSession} from 'telegram/sessions';
// GramJS has its 64-bit numbers of this type: its declarations refuse JavaScript's own bigint, which works all the same.
import BigInt from 'big-integer';
import {connectTo, fakeDC, apiId, apiHash, savedSession} from './setup';

const session = new StringSession(savedSession); // You should put your string session here
const client = new TelegramClient(session, apiId, apiHash, connectTo(fakeDC, session));

(async function run() {
    await client.connect() // This assumes you have already authenticated with .start()

    const result: Api.Bool = await client.invoke(new Api.upload.SaveBigFilePart({
    fileId: BigInt('-4156887774564'),
    filePart: 43,
    fileTotalParts: 43,
    bytes: Buffer.from('arbitrary data here')
}));
    console.log(result); // prints the result
})();
