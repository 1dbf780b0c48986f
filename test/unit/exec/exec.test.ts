import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { execInPod } from '../../../src/adapters/kubernetes/exec.ts';
import type { ExecRequest } from '../../../src/ports/cluster.ts';
import { startConnectProxy } from '../../support/connect-proxy.ts';
import { ExecServer, exitCode, frame, type Script, SUCCESS } from '../../support/exec-server.ts';

const request: ExecRequest = {
  namespace: 'cn2-fleet-smoke',
  pod: 'probe-1',
  container: 'probe',
  command: ['sh', '-c', 'echo "a b" && c', 'x'],
  deadline: 1_500,
  sentinel: '#END 1 nonce',
};
/** How often each fault happens; EXEC_FAULTS=1000 for a long look. */
const RUNS = Number(process.env['EXEC_FAULTS'] ?? 1);

const timing = { ping: 50, pong: 200, grace: 150 };

/** Milliseconds between two beats of a process that gets its turns. */
const BEAT = 20;

/** `took`: milliseconds; `awake`: those of them in which this process was not kept waiting by a busy host. */
async function run(
  script: Script,
  options: Parameters<typeof ExecServer.start>[1] = {},
  change: Partial<ExecRequest> = {},
  signal?: AbortSignal,
  pace = timing,
) {
  await using server = await ExecServer.start(script, options);
  const started = Date.now();
  let [last, stalled] = [started, 0];
  const beat = setInterval(() => {
    const now = Date.now();
    stalled += Math.max(0, now - last - 2 * BEAT);
    last = now;
  }, BEAT);
  const result = await execInPod(
    { cluster: 'c', url: server.url, headers: { authorization: 'Bearer t' }, tls: {} },
    { ...request, ...change },
    signal,
    pace,
  );
  const took = Date.now() - started;
  stalled += Math.max(0, Date.now() - last - 2 * BEAT);
  clearInterval(beat);
  await new Promise((resolve) => setTimeout(resolve, 30));
  return { result, took, awake: took - stalled, open: server.open, requests: server.requests };
}

const good: Script = (socket) => {
  socket.send(Buffer.from([1]));
  socket.send(Buffer.from([2]));
  socket.send(frame(1, 'one\n#END 1 '));
  socket.send(frame(2, 'warned\n'));
  socket.send(frame(1, 'nonce\n'));
  socket.send(SUCCESS);
  socket.close(1000);
};

describe('a command that ends', () => {
  test('stdout and stderr apart, exit code 0, argv and token in the request', async () => {
    const { result, requests, open } = await run(good);
    expect(result).toEqual({ status: 'complete', exitCode: 0, stdout: 'one\n#END 1 nonce\n', stderr: 'warned\n' });
    const url = new URL(requests[0]!.url!, 'http://x');
    expect(url.pathname).toBe('/api/v1/namespaces/cn2-fleet-smoke/pods/probe-1/exec');
    expect(url.searchParams.getAll('command')).toEqual(request.command);
    expect(url.searchParams.has('stdin')).toBe(false);
    expect(requests[0]!.headers.authorization).toBe('Bearer t');
    expect(requests[0]!.headers['sec-websocket-protocol']).toBe('v5.channel.k8s.io,v4.channel.k8s.io');
    expect(open).toBe(0);
  });

  test('a server that only speaks v4', async () => {
    expect((await run(good, { protocol: 'v4.channel.k8s.io' })).result.status).toBe('complete');
  });

  test('the server never closes: the status frame is enough', async () => {
    const { result, awake } = await run((socket) => {
      socket.send(frame(1, '#END 1 nonce\n'));
      socket.send(SUCCESS);
    });
    expect(result.status).toBe('complete');
    expect(awake).toBeLessThan(1_000);
  });

  test('output that trails the status frame', async () => {
    const { result } = await run((socket) => {
      socket.send(SUCCESS);
      setTimeout(() => socket.send(frame(1, '#END 1 nonce\n')), 50);
    });
    expect(result.status).toBe('complete');
  });

  test('NonZeroExitCode with the whole output', async () => {
    const { result } = await run((socket) => {
      socket.send(frame(1, '#END 1 nonce\n'));
      socket.send(exitCode(3));
    });
    expect(result).toMatchObject({ status: 'complete', exitCode: 3 });
  });

  test('a 255 frame (v5: a stream is half-closed) is no output and ends nothing', async () => {
    const { result } = await run((socket) => {
      socket.send(frame(1, 'x\n'));
      socket.send(Buffer.from([255, 1]));
      socket.send(frame(1, '#END 1 nonce\n'));
      socket.send(SUCCESS);
    });
    expect(result).toMatchObject({ status: 'complete', stdout: 'x\n#END 1 nonce\n' });
  });

  test('characters split over frames', async () => {
    const bytes = Buffer.from('ä\n#END 1 nonce\n');
    const { result } = await run((socket) => {
      for (const byte of bytes) socket.send(Buffer.from([1, byte]));
      socket.send(SUCCESS);
    });
    expect(result.stdout).toBe('ä\n#END 1 nonce\n');
  });
});

describe('faults: incomplete with a reason, never green, never hanging', () => {
  const cases: [string, Script, RegExp][] = [
    [
      'closed without status',
      (socket) => {
        socket.send(frame(1, '#END 1 nonce\n'));
        socket.close(1000);
      },
      /closed before the command ended \(code 1000\)/,
    ],
    [
      'Success, but the output is cut',
      (socket) => {
        socket.send(frame(1, 'one\n#END 1 non'));
        socket.send(SUCCESS);
      },
      /cut off/,
    ],
    [
      'Success and nothing at all',
      (socket) => {
        socket.send(SUCCESS);
        socket.close(1000);
      },
      /cut off/,
    ],
    [
      'a sentinel of another run',
      (socket) => {
        socket.send(frame(1, '#END 1 other\n'));
        socket.send(SUCCESS);
      },
      /cut off/,
    ],
    [
      'the sentinel only on stderr',
      (socket) => {
        socket.send(frame(2, '#END 1 nonce\n'));
        socket.send(SUCCESS);
      },
      /cut off/,
    ],
    [
      'killed',
      (socket) => {
        socket.send(frame(1, 'one\n'));
        socket.send(exitCode(137));
      },
      /ended early with exit code 137/,
    ],
    [
      'a missing program: a failure whose code 500 is no exit code',
      (socket) =>
        socket.send(
          frame(3, JSON.stringify({ status: 'Failure', reason: 'InternalError', code: 500, message: 'exec: "sh": not found' })),
        ),
      /"sh": not found/,
    ],
    ['a status that is no JSON', (socket) => socket.send(frame(3, '{')), /cannot be read/],
    ['a status that is null', (socket) => socket.send(frame(3, 'null')), /could not be run/],
    ['reset', (_, __, raw) => raw.resetAndDestroy(), /closed/],
    [
      'server killed in the middle',
      (socket, _, raw) => {
        socket.send(frame(1, 'one\n'));
        setTimeout(() => raw.destroy(), 20);
      },
      /closed before the command ended \(code 1006\)/,
    ],
    ['garbage instead of frames', (_, __, raw) => raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff])), /closed|no connection/],
    [
      'more than a mebibyte',
      (socket) => {
        for (let i = 0; i < 20; i++) socket.send(frame(1, 'x'.repeat(100_000)));
        socket.send(SUCCESS);
      },
      /more than 1048576 bytes/,
    ],
    ['one message above all measure', (socket) => socket.send(frame(1, 'x'.repeat(5_000_000))), /no connection|closed/],
  ];
  test.each(cases)(
    '%s',
    async (_, script, reason) => {
      for (let at = 0; at < RUNS; at += 1) {
        const { result, awake, open } = await run(script);
        expect(result.status).toBe('incomplete');
        expect(result.status === 'incomplete' ? result.reason : '').toMatch(reason);
        expect(awake).toBeLessThan(request.deadline);
        expect(open).toBe(0);
      }
    },
    10_000 + RUNS * 1_000,
  );

  test('a black hole is noticed by the missing pong, long before the deadline', async () => {
    const { result, awake } = await run(
      (_, __, raw) => {
        raw.pause();
        raw.removeAllListeners('data');
      },
      {},
      { deadline: 30_000 },
    );
    expect(result).toMatchObject({ status: 'incomplete', reason: 'the connection has been silent for 0.2 s' });
    expect(awake).toBeLessThan(2_000);
  });

  test('a slow command with a live connection lasts until the deadline and no longer', async () => {
    const { result, took, awake } = await run(
      (socket) => {
        const drip = setInterval(() => socket.send(frame(1, '.')), 20);
        socket.on('close', () => clearInterval(drip));
      },
      {},
      { deadline: 600 },
      undefined,
      // A host that stands still for a moment must not look like a dead connection.
      { ...timing, pong: 10_000 },
    );
    expect(result).toMatchObject({ status: 'incomplete', reason: 'the command did not end within 0.6 s' });
    expect(took).toBeGreaterThanOrEqual(590);
    expect(awake).toBeLessThan(1_600);
  });

  test('a handshake that is never answered', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const port = (silent.address() as { port: number }).port;
    const result = await execInPod(
      { cluster: 'c', url: `http://127.0.0.1:${port}`, headers: {}, tls: {} },
      { ...request, deadline: 300 },
      undefined,
      timing,
    );
    expect(result).toMatchObject({ status: 'incomplete', reason: 'the command did not end within 0.3 s' });
    silent.close();
  });

  test('a refusal says what the API server said', async () => {
    const body = JSON.stringify({
      kind: 'Status',
      status: 'Failure',
      message: 'pods "probe-1" is forbidden: no pods/exec',
      code: 403,
    });
    const { result } = await run(good, { refuse: { status: 403, body } });
    expect(result).toMatchObject({
      status: 'incomplete',
      reason: 'exec was refused with HTTP status 403: pods "probe-1" is forbidden: no pods/exec',
    });
    expect((await run(good, { refuse: { status: 502, body: '<html>' } })).result).toMatchObject({
      reason: 'exec was refused with HTTP status 502',
    });
  });

  const status = (code: number, message: string) => ({ status: code, body: JSON.stringify({ kind: 'Status', message, code }) });
  test.each([
    ['RBAC', status(403, 'pods "probe-1" is forbidden: User "x" cannot get resource "pods/exec"'), 'forbidden'],
    [
      'a ValidatingAdmissionPolicy',
      status(422, "ValidatingAdmissionPolicy 'no-exec' with binding 'b' denied request: no"),
      'forbidden',
    ],
    ['a webhook with a code of its own', status(400, 'admission webhook "x.example" denied the request: no'), 'forbidden'],
    ['a server that sees no Upgrade header', status(400, 'Upgrade request required'), 'handshake'],
    ['a proxy', { status: 502, body: '<html>' }, 'handshake'],
    ['a proxy that is content with a page', { status: 200, body: '<html>' }, 'handshake'],
    ['a pod that is gone', status(404, 'pods "probe-1" not found'), undefined],
    ['a credential that is not known', status(401, 'Unauthorized'), undefined],
    ['a kubelet that is away', status(500, 'error dialing backend: dial tcp: connect: connection refused'), undefined],
    ['a container that is not there', status(400, 'container probe is not valid for pod probe-1'), undefined],
  ])('what a refusal says about the next exec: %s', async (_, refuse, refused) => {
    const { result } = await run(good, { refuse });
    expect(result.status).toBe('incomplete');
    expect('refused' in result ? result.refused : undefined).toBe(refused);
  });

  test('a connection that is dropped instead of an answer is a refused handshake, one dropped later is not', async () => {
    const dropping = createServer((socket) => socket.once('data', () => socket.resetAndDestroy())).listen(0, '127.0.0.1');
    await once(dropping, 'listening');
    const { port } = dropping.address() as AddressInfo;
    const result = await execInPod({ cluster: 'c', url: `http://127.0.0.1:${port}`, headers: {}, tls: {} }, request);
    dropping.close();
    expect(result).toMatchObject({ status: 'incomplete', refused: 'handshake' });
    const late = await run((socket, _, raw) => {
      socket.send(frame(1, 'one\n'));
      setTimeout(() => raw.resetAndDestroy(), 20);
    });
    expect(late.result).not.toHaveProperty('refused');
  });

  test('the connection ends after every single byte of a whole answer: never complete before the last', async () => {
    const whole = await bytesOf(good);
    const ends = await Promise.all(Array.from({ length: whole.length }, (_, kept) => cutAfter(whole, kept)));
    expect(ends.map(({ result }) => result.status)).toEqual(new Array(whole.length).fill('incomplete'));
    expect((await cutAfter(whole, whole.length)).result.status).toBe('complete');
  }, 60_000);

  test('nobody listens', async () => {
    const result = await execInPod({ cluster: 'c', url: 'http://127.0.0.1:1', headers: {}, tls: {} }, request);
    expect(result).toMatchObject({ status: 'incomplete', reason: 'c: http://127.0.0.1:1 refuses connections' });
  });

  test('through an HTTP proxy: the tunnel is asked for with its login, the token stays inside', async () => {
    await using proxy = await startConnectProxy();
    const uri = `http://user:p%40ss@${proxy.host}`;
    await using server = await ExecServer.start(good);
    const endpoint = {
      cluster: 'c',
      url: server.url,
      headers: { authorization: 'Bearer t' },
      tls: {},
      proxy: uri,
    };
    expect((await execInPod(endpoint, request, undefined, timing)).status).toBe('complete');
    expect(proxy.seen.map(({ url }) => url)).toEqual([server.url.slice('http://'.length)]);
    expect(proxy.seen[0]!.headers['proxy-authorization']).toBe(`Basic ${btoa('user:p@ss')}`);
    expect(proxy.seen[0]!.headers.authorization).toBeUndefined();
    expect(server.requests[0]!.headers.authorization).toBe('Bearer t');
  });

  test('a proxy that refuses or is not there', async () => {
    const proxy = createHttpServer();
    proxy.on('connect', (_, client: Socket) => client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const through = (uri: string) =>
      execInPod({ cluster: 'c', url: 'https://192.0.2.1:6443', headers: {}, tls: {}, proxy: uri }, request);
    const { port } = proxy.address() as AddressInfo;
    expect(await through(`http://127.0.0.1:${port}`)).toMatchObject({
      reason: `c: the proxy refused the tunnel to 192.0.2.1:6443 with HTTP status 407: it requires a login; write http://user:password@127.0.0.1:${port} as the proxy`,
    });
    expect(await through(`http://me:canary@127.0.0.1:${port}`)).toMatchObject({
      reason:
        'c: the proxy refused the tunnel to 192.0.2.1:6443 with HTTP status 407: it does not accept the user and password in its address',
    });
    expect(await through('http://127.0.0.1:1')).toMatchObject({
      reason: 'c: the proxy 127.0.0.1:1 refuses connections',
    });
    proxy.close();
  });

  test('interrupted before, while connecting and while running', async () => {
    expect((await run(good, {}, {}, AbortSignal.abort())).result).toMatchObject({ reason: 'interrupted' });
    const connecting = new AbortController();
    const pending = run(good, {}, {}, connecting.signal);
    connecting.abort();
    expect((await pending).result).toMatchObject({ reason: 'interrupted' });
    const running = new AbortController();
    const { result, open } = await run(() => setTimeout(() => running.abort(), 50), {}, {}, running.signal);
    expect(result).toMatchObject({ status: 'incomplete', reason: 'interrupted' });
    expect(open).toBe(0);
  });
});

/** What a server sends after its handshake, up to and with the frame that reports the end: as bytes on the wire. */
async function bytesOf(script: Script): Promise<Buffer> {
  const sent: Buffer[] = [];
  await run((socket, request, raw) => {
    const write = raw.write.bind(raw);
    raw.write = ((data: Buffer, ...rest: []) => {
      sent.push(Buffer.from(data));
      return write(data, ...rest);
    }) as typeof raw.write;
    script(socket, request, raw);
  });
  // The frame that closes the connection adds nothing: the end has been reported.
  return Buffer.concat(sent).subarray(0, -4);
}

/** An exec whose server sends so many of these bytes and closes. */
async function cutAfter(whole: Buffer, kept: number) {
  return await run((_, __, raw) => {
    raw.write(whole.subarray(0, kept), () => raw.end());
  });
}
