import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { delayed, type FarServer } from '../../../bench/delay-proxy.ts';
import type { ApiServer } from '../../../lab/apiserver/apiserver.ts';

/** Timers count whole milliseconds, so one may seem to end up to a millisecond early. */
const TIMER_GRAIN = 2;

let echo: Server;
let far: FarServer;

beforeAll(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const url = `https://127.0.0.1:${(echo.address() as AddressInfo).port}`;
  far = await delayed({ name: 'far', url, kubeconfig: `server: ${url}` } as ApiServer, 30);
});

afterAll(async () => {
  await far[Symbol.asyncDispose]();
  echo.close();
  await once(echo, 'close');
});

test('every answer takes at least the round trip, and bytes keep their order to the end', async () => {
  expect(far.server.kubeconfig).toBe(`server: ${far.server.url}`);
  const { port } = new URL(far.server.url);
  expect(Number(port)).not.toBe((echo.address() as AddressInfo).port);
  const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
  for (let round = 0; round < 3; round++) {
    const started = performance.now();
    socket.write(`round ${round}`);
    expect(await once(socket, 'data')).toEqual([`round ${round}`]);
    expect(performance.now() - started).toBeGreaterThan(30 - TIMER_GRAIN);
  }
  let heard = '';
  socket.on('data', (text: string) => {
    heard += text;
  });
  const parts = Array.from({ length: 200 }, (_, index) => `${index},`);
  for (const part of parts) socket.write(part);
  socket.end();
  await once(socket, 'close');
  expect(heard).toBe(parts.join(''));
});
