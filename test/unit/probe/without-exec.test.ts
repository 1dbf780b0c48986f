import { describe, expect, test } from '@jest/globals';
import { smokeDocument } from '../../../src/expectation/smoke-document.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { ExecRefusal, ExecResult } from '../../../src/ports/cluster.ts';
import { network, smokeFleet } from '../../support/smoke-fleet.ts';
import { endedStatus, SmokeWorld, type WorldOptions } from '../../support/smoke-world.ts';

const fleet = smokeFleet({
  networks: [
    network('cluster1/ns1/vn1', '10.0.0.0/24'),
    network('cluster2/ns1/vn2', '20.0.0.0/24'),
    network('cluster2/ns1/vn3', '30.0.0.0/24'),
  ],
});

/** vn3 reaches nobody but its own. */
const replies: NonNullable<WorldOptions['replies']> = ({ pod }, target) => {
  const isThird = /-4(?:-n)?$/.test(pod);
  const third = target.startsWith('30.') || isThird;
  const own = target.startsWith('127.') || (target.startsWith('30.') && isThird);
  return third && !own ? 0 : 5;
};

const refused = (reason: string, by?: ExecRefusal): ExecResult => ({
  status: 'incomplete',
  reason,
  stdout: '',
  stderr: '',
  ...(by === undefined ? {} : { refused: by }),
});

const FORBIDDEN = 'exec was refused with HTTP status 403: no exec here';

async function smoke(options: Partial<WorldOptions>, change: Parameters<SmokeWorld['run']>[0] = {}) {
  const world = new SmokeWorld({ fleet, replies, ...options });
  const { expected, result } = await world.run(change);
  const document = smokeDocument(fleet, expected, result);
  const requests = (cluster: string, verb: string) => world.cluster(cluster).audit.filter((request) => request.verb === verb);
  const probers = (cluster: string) =>
    requests(cluster, 'CREATE').flatMap(({ object }) => (/-l\d+$/.test(object?.metadata.name ?? '') ? [object!] : []));
  return { world, document, result, requests, probers };
}

const verdictsOf = ({ pairs }: Awaited<ReturnType<typeof smoke>>['document']) =>
  pairs.map(({ source, target, verdict, sent, received, rttMs }) => ({ source, target, verdict, sent, received, rttMs }));

/** A right that is missing on cluster2, everywhere. */
const lacking =
  (...paths: string[]) =>
  async ({ name }: { name: string }, rights: readonly { verb: string; resource: string; subresource?: string }[]) =>
    (name !== 'cluster2'
      ? []
      : rights.filter(({ verb, resource, subresource }) =>
          paths.includes(`${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`),
        )) as never;

describe('exec is forbidden by RBAC', () => {
  test('the same matrix by logs, and the report says so; elsewhere by exec', async () => {
    const byExec = await smoke({});
    const byLogs = await smoke({}, { ask: lacking('get pods/exec') });
    expect(verdictsOf(byLogs.document)).toEqual(verdictsOf(byExec.document));
    expect(byExec.document.pairs.every(({ verdict }) => verdict === 'ok')).toBe(true);
    expect(byLogs.document.means).toEqual([
      { cluster: 'cluster1', means: 'exec', echo: 'ping-socket' },
      {
        cluster: 'cluster2',
        means: 'logs',
        echo: 'ping-socket',
        reason: 'the credential may not get pods/exec in cn2-fleet-smoke; get pods/exec in ns1',
      },
    ]);
    expect(byLogs.requests('cluster2', 'EXEC')).toEqual([]);
    expect(byLogs.requests('cluster1', 'EXEC').length).toBeGreaterThan(0);
  });

  test('one pod for each source, like its probe, on its node, waiting for those who should answer; nothing is left', async () => {
    const { world, probers, result } = await smoke({}, { ask: lacking('get pods/exec') });
    const pods = probers('cluster2');
    expect(pods.map(({ metadata }) => metadata.name.replace(/.*-/, ''))).toEqual(['l1', 'l2', 'l3']);
    const specOf = (pod: KubernetesObject) =>
      pod['spec'] as {
        affinity: object;
        initContainers?: object[];
        containers: { command: string[]; securityContext: object }[];
      };
    const second = specOf(pods[1]!);
    expect(second.initContainers).toHaveLength(1);
    expect(JSON.stringify(second.affinity)).toContain(
      '"matchFields":[{"key":"metadata.name","operator":"In","values":["node-a"]}]',
    );
    expect(second.containers[0]!.securityContext).toMatchObject({ capabilities: { drop: ['ALL'] } });
    expect(pods[1]!.metadata.labels).toEqual({ 'cn2-fleet/smoke': 'run-42' });
    // The member of its mesh; not vn3, which must stay silent.
    const { command } = second.containers[0]!;
    expect(command.slice(3, 6)).toEqual(['begin', '15', '1']);
    expect(command[7]).toMatch(/^10\./);
    expect(world.remains()).toEqual([]);
    expect(result.leftovers).toEqual([]);
  });

  test('a broken path costs no rounds of pods to settle', async () => {
    const { document, probers } = await smoke(
      { replies: (_, target) => (target.startsWith('10.0.0') ? 0 : 5) },
      { ask: lacking('get pods/exec') },
    );
    expect(document.pairs.filter(({ verdict }) => verdict !== 'ok').length).toBeGreaterThan(0);
    // Those of its virtual networks measure once more, with the neighbours that prove their silence.
    expect(probers('cluster2')).toHaveLength(5);
  });
});

describe('TCP without exec', () => {
  /** As the kernel has 198.51.100.77, the address of every pod that measures. */
  const PROBER = '4D6433C6';

  /** Who answers on which address, and whom it saw. */
  const withTcp = (world: SmokeWorld, text: string, self: string, peer: string) => {
    const targets = new Set(text.split('\n').flatMap((line) => (line.includes('\t') ? [line.split('\t')[0]!] : [])));
    const lines = [...targets].map((target) => {
      const pod = target.startsWith('127.') ? self : world.addresses.get(target);
      return `${target}\tTCP\t#PEER ${pod} 0: 00000000:4F99 ${peer}:C000 01\n`;
    });
    return text.replace('#END', `${lines.join('')}#END`);
  };

  async function connections(peer: string, pings: (text: string) => string = (text) => text) {
    const probers = new Map<string, string>();
    const world: SmokeWorld = new SmokeWorld({
      fleet,
      replies,
      proberStatus: (pod) => {
        const { command } = (pod['spec'] as { containers: { command: string[] }[] }).containers[0]!;
        probers.set(pod.metadata.name, /cn2-fleet-smoke-[a-z\d-]+/.exec(command[6]!)![0]);
        return { ...endedStatus(0), podIPs: [{ ip: '198.51.100.77' }] };
      },
      log: (text, pod) => pings(withTcp(world, text, probers.get(pod)!, peer)),
      exec: async ({ pod }, _, otherwise) => {
        const result = otherwise();
        return { ...result, stdout: withTcp(world, result.stdout, pod, '00000000') };
      },
    });
    const { expected, result } = await world.run({ ask: lacking('get pods/exec') });
    const { pairs, means } = smokeDocument(fleet, expected, result);
    const path = pairs.find(({ source, target }) => source.cluster === 'cluster2' && target.network === 'default');
    return { tcp: path?.tcp, verdict: path?.verdict, means: means?.[1] };
  }

  test('the address that a connection came from is compared with that of the pod that made it', async () => {
    expect((await connections(PROBER)).tcp).toEqual({ result: 'connected' });
    expect((await connections('010200C0')).tcp).toEqual({ result: 'connected', seenAs: '192.0.2.1' });
  });

  test('where ping may not open its socket TCP alone is measured, as by exec', async () => {
    const unable = (text: string) =>
      text
        .split('\n')
        .filter((line) => line.includes('\tTCP\t') || line.startsWith('#'))
        .flatMap((line) =>
          line.startsWith('#') ? [line] : [`${line.split('\t')[0]}\t2\tping: socket: Operation not permitted`, line],
        )
        .join('\n');
    const { verdict, means } = await connections(PROBER, unable);
    expect(verdict).toBe('ok');
    expect(means).toMatchObject({
      means: 'logs',
      echo: 'tcp',
      reason: expect.stringMatching(/may not get pods\/exec.*; the probe cannot ping itself: .*Operation not permitted$/),
    });
  });
});

describe('exec is refused when it is tried', () => {
  test('by admission: changed over at the first refusal, said once, and the matrix is whole', async () => {
    const { world, document, probers } = await smoke({
      exec: async (_, cluster, otherwise) => (cluster === 'cluster2' ? refused(FORBIDDEN, 'forbidden') : otherwise()),
    });
    expect(document.pairs.every(({ verdict }) => verdict === 'ok')).toBe(true);
    expect(document.means?.[1]).toEqual({ cluster: 'cluster2', means: 'logs', echo: 'ping-socket', reason: FORBIDDEN });
    expect(world.progress.filter(({ type }) => type === 'note')).toEqual([
      { type: 'note', text: `cluster2: measured by logs, without exec: ${FORBIDDEN}` },
    ]);
    expect(probers('cluster2')).toHaveLength(6);
  });

  test('by a proxy that carries no WebSocket: after three handshakes', async () => {
    let tries = 0;
    const { document } = await smoke({
      exec: async (_, cluster, otherwise) => {
        if (cluster !== 'cluster2') return otherwise();
        tries += 1;
        return refused('exec was refused with HTTP status 502', 'handshake');
      },
    });
    expect(document.pairs.every(({ verdict }) => verdict === 'ok')).toBe(true);
    expect(document.means?.[1]).toMatchObject({ means: 'logs', reason: 'exec was refused with HTTP status 502' });
    expect(tries).toBe(3);
  });

  test('what hangs, is cut or was refused once while others got through is tried again by exec', async () => {
    let tries = 0;
    const { document, probers } = await smoke({
      exec: async (_, __, otherwise) => {
        tries += 1;
        return tries % 5 === 1 ? refused('the proxy is being restarted', 'handshake') : otherwise();
      },
    });
    expect(document.pairs.every(({ verdict }) => verdict === 'ok')).toBe(true);
    expect(document.means?.map(({ means }) => means)).toEqual(['exec', 'exec']);
    expect(probers('cluster1')).toEqual([]);
    const hung = await smoke({ exec: async () => refused('the command did not end within 30 s') });
    expect(hung.document.pairs.every(({ verdict }) => verdict === 'inconclusive')).toBe(true);
    expect(hung.probers('cluster1')).toEqual([]);
  });

  test('and logs may not be read either: both are said, nothing is green', async () => {
    const { document, probers } = await smoke(
      { exec: async () => refused(FORBIDDEN, 'forbidden') },
      { ask: lacking('get pods/log') },
    );
    const own = document.pairs.filter(({ source }) => source.cluster === 'cluster2');
    expect(new Set(own.map(({ verdict, reason }) => `${verdict}: ${reason}`))).toEqual(
      new Set([`inconclusive: ${FORBIDDEN}; the credential may not get pods/log in cn2-fleet-smoke; get pods/log in ns1 either`]),
    );
    expect(probers('cluster2')).toEqual([]);
  });
});

describe('what goes wrong without exec is said, never green', () => {
  const withoutExec = { ask: lacking('get pods/exec') };
  const own = async (options: Partial<WorldOptions>) => {
    const { document, world } = await smoke(options, withoutExec);
    expect(world.remains()).toEqual([]);
    return new Set(
      document.pairs
        .filter(({ source }) => source.cluster === 'cluster2')
        .map(({ verdict, reason }) => `${verdict}: ${reason.replace(/ on node .*/, '')}`),
    );
  };

  test('a log that is cut', async () => {
    const whole = (await smoke({}, withoutExec)).document;
    for (const cut of [0, 40, 400]) {
      const { document } = await smoke({ log: (text) => text.slice(0, Math.max(0, text.length - 2 - cut)) }, withoutExec);
      const measured = document.pairs.filter(({ source }) => source.cluster === 'cluster2');
      expect([cut, new Set(measured.map(({ verdict }) => verdict))]).toEqual([cut, new Set(['inconclusive'])]);
    }
    expect(whole.pairs.every(({ verdict }) => verdict === 'ok')).toBe(true);
  });

  test('a log that is whole a moment later', async () => {
    let looks = 0;
    expect(await own({ log: (text) => (++looks % 3 === 0 ? text : text.slice(0, 10)) })).toEqual(
      new Set([
        'ok: mesh connection app',
        'ok: default pod networks with fabric SNAT reach each other',
        'ok: blocked as declared: no connection joins them',
      ]),
    );
  });

  test('complaints of the shell stand in the same log: they say what the image lacks', async () => {
    const complaint = (text: string) =>
      `probe: 3: sed: not found\n${text
        .split('\n')
        .filter((line) => line.startsWith('#'))
        .join('\n')}\n`;
    expect(await own({ log: complaint })).toEqual(
      new Set(['inconclusive: the probe cannot ping itself: ping did not measure: probe: 3: sed: not found']),
    );
  });

  test('a command that died, a pod that is not taken, that cannot start, that never ends, that is deleted', async () => {
    expect(await own({ proberStatus: () => endedStatus(137), log: () => '' })).toEqual(
      new Set(['inconclusive: the command ended early with exit code 137']),
    );
    expect(
      await own({
        before: ({ verb, name }) => {
          if (verb === 'CREATE' && /-l\d+$/.test(name ?? '')) throw new Error('exceeded quota: pods');
        },
      }),
    ).toEqual(new Set(['inconclusive: exceeded quota: pods']));
    expect(
      await own({
        proberStatus: () => ({
          containerStatuses: [{ name: 'probe', state: { waiting: { reason: 'ErrImagePull', message: 'gone' } } }],
        }),
      }),
    ).toEqual(new Set(['inconclusive: ErrImagePull: gone']));
    const [never] = await own({
      proberStatus: () => ({ conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }] }),
    });
    expect(never).toMatch(
      /^inconclusive: the pod that measures did not end within 90 s: not scheduled: 0\/1 nodes are available$/,
    );
  });

  test('interrupted at any request: nothing is left', async () => {
    const total = await smoke({}, withoutExec);
    const requests = [...total.world.clusters.values()].reduce((sum, cluster) => sum + cluster.audit.length, 0);
    for (let at = 0; at < requests; at += 3) {
      const abort = new AbortController();
      let count = 0;
      const { world, result } = await smoke(
        {
          before: () => {
            if (count++ === at) abort.abort();
          },
        },
        { ...withoutExec, signal: abort.signal },
      );
      for (let rounds = 0; rounds < 20; rounds++) await new Promise((resolve) => setImmediate(resolve));
      expect([at, world.remains(), result.leftovers]).toEqual([at, [], []]);
    }
  });
});
