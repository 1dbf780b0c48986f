/**
 * The twin as a process of its own: `node lab/github/serve.ts --folder FOLDER [--port PORT]`. Prints one line of JSON with its
 * addresses when it is there, and ends on SIGTERM or SIGINT. What it remembers stays in the folder.
 */
import { parseArgs } from 'node:util';
import { startTwin } from './twin.ts';

const { values } = parseArgs({ options: { folder: { type: 'string' }, port: { type: 'string' } } });
const twin = await startTwin({
  ...(values.folder === undefined ? {} : { folder: values.folder }),
  ...(values.port === undefined ? {} : { port: Number(values.port) }),
});
const { url, apiUrl, graphqlUrl, port, folder } = twin;
console.log(JSON.stringify({ url, apiUrl, graphqlUrl, port, folder, pid: process.pid }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void twin[Symbol.asyncDispose]());
