import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { canonicalJson, sha256 } from '../../src/declare/digest.ts';
import type { Declaration } from '../../src/model/declaration.ts';
import { type Connection, type Fleet, type FleetNetwork, networkId } from '../../src/model/fleet.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { readCommitted } from '../../src/render/committed.ts';
import { render } from '../../src/render/render.ts';
import { writeYaml } from '../../src/render/yaml-writer.ts';
import { guideDeclaration } from '../support/guide-fleet.ts';
import { smallRelease } from '../support/small-release.ts';

const VENDOR = smallRelease();

/** Fleets of one to three distributed clusters with networks, labels that may collide, meshes and hub-spokes. */
const fleets: fc.Arbitrary<Fleet> = fc
  .record({
    clusters: fc.integer({ min: 1, max: 3 }),
    labels: fc.array(fc.constantFrom({}, { vn: 'a' }, { vn: 'a', tier: 'x' }, { vn: 'b' }, { on: 'yes' }), {
      minLength: 12,
      maxLength: 12,
    }),
    namespaceLabels: fc.array(fc.constantFrom({}, { ns: 'a' }, { ns: 'a', team: 'y' }, { ns: 'b' }), {
      minLength: 8,
      maxLength: 8,
    }),
    chosen: fc.array(fc.nat({ max: 11 }), { minLength: 2, maxLength: 6 }),
    mesh: fc.boolean(),
    sharedRouter: fc.boolean(),
  })
  .map(({ clusters, labels, namespaceLabels, chosen, mesh, sharedRouter }) => {
    const { fleet } = guideDeclaration();
    const base = fleet!.distributed[0]!;
    const names = ['cluster1', ...Array.from({ length: clusters }, (_, index) => `d${index}`)];
    const namespaces = names.flatMap((cluster, c) =>
      ['a', 'b'].map((name, n) => ({ cluster, name, isolated: true, labels: namespaceLabels[c * 2 + n] ?? {}, manage: true })),
    );
    const networks: FleetNetwork[] = namespaces.slice(0, 6).flatMap(({ cluster, name: namespace }, n) =>
      [0, 1].map((k) => ({
        cluster,
        namespace,
        name: `n${k}`,
        labels: labels[n * 2 + k]!,
        v4: { cidr: `10.${n}.${k}.0/24`, subnet: `n${k}-v4` },
      })),
    );
    const ids = [...new Set(chosen.map((index) => networkId(networks[index % networks.length]!)))];
    const routers = Object.fromEntries(ids.map((id) => [id, sharedRouter ? 'r' : `c-${id.split('/')[2]}`]));
    const [hub, ...spokes] = ids;
    const connection: Connection =
      mesh || spokes.length === 0
        ? { name: 'c', type: 'mesh', networks: ids, routers }
        : {
            name: 'c',
            type: 'hub-spoke',
            hubs: [hub!],
            spokes,
            routers: Object.fromEntries(ids.map((id) => [id, `c${id.replaceAll('/', '-')}`])),
          };
    return {
      ...fleet!,
      distributed: names
        .slice(1)
        .map((name, index) => ({ ...base, name, index, kubemanager: `km-${name}`, kubeconfigSecret: `${name}-kubeconfig` })),
      namespaces,
      networks,
      connections: [connection],
    };
  });

function declared(fleet: Fleet): Declaration {
  return {
    fleet,
    source: { file: 'clusters.yaml', valueAt: () => undefined, keyAt: () => undefined },
    digest: sha256(canonicalJson(fleet)),
    findings: [],
  };
}

/** Label selectors as Kubernetes evaluates them. */
function selects(selector: unknown, labels: Record<string, string> | undefined): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector as {
    matchLabels?: Record<string, string>;
    matchExpressions?: { key: string; values: string[] }[];
  };
  return (
    Object.entries(matchLabels).every(([key, value]) => labels?.[key] === value) &&
    matchExpressions.every(({ key, values }) => values.includes(labels?.[key] ?? ''))
  );
}

describe('render', () => {
  test('twice gives the same bytes, which read back without a problem', () => {
    fc.assert(
      fc.property(fleets, (fleet) => {
        const once = render({ declaration: declared(fleet), vendorFiles: VENDOR });
        const twice = render({ declaration: declared(structuredClone(fleet)), vendorFiles: { ...VENDOR } });
        expect(once.findings).toEqual([]);
        expect(twice.tree!.files).toEqual(once.tree!.files);
        const { tree, problems } = readCommitted(once.tree!.files);
        expect(problems).toEqual([]);
        expect(tree).toEqual(once.tree);
      }),
      { numRuns: 30 },
    );
  });

  test('any changed, added or lost byte of any file is found', () => {
    const { files } = render({ declaration: guideDeclaration(), vendorFiles: VENDOR }).tree!;
    const paths = Object.keys(files);
    fc.assert(
      fc.property(
        fc.constantFrom(...paths),
        fc.nat(),
        fc.constantFrom('replace', 'insert', 'delete'),
        fc.constantFrom(' ', '\n', '0', 'a', '"', '#', '-', ':', '\t', '\r', 'é'),
        (path, at, how, character) => {
          const text = files[path]!;
          const position = at % text.length;
          const kept = how === 'insert' ? position : position + 1;
          const changed = text.slice(0, position) + (how === 'delete' ? '' : character) + text.slice(kept);
          fc.pre(changed !== text);
          const { tree, problems } = readCommitted({ ...files, [path]: changed });
          expect(tree).toBeUndefined();
          expect(problems.map((problem) => problem.path)).toContain(path);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('each router selects exactly its networks, each import exactly the routers of the right role', () => {
    fc.assert(
      fc.property(fleets, (fleet) => {
        const objects = render({ declaration: declared(fleet), vendorFiles: VENDOR }).tree!.manifests.map(({ object }) => object);
        const of = (kind: string) => objects.filter((object) => object.kind === kind);
        const [connection] = fleet.connections;
        const central = (cluster: string, namespace: string) =>
          cluster === 'cluster1' ? namespace : `km-${cluster}-${cluster}-${namespace}`;
        // What namespaces of all clusters look like on the central one.
        const seen = fleet.namespaces.map(({ cluster, name, labels }) => ({
          name: central(cluster, name),
          labels: { ...labels, 'kubernetes.io/metadata.name': central(cluster, name) } as Record<string, string>,
        }));
        const wanted = new Map<string, { networks: string[]; role: string }>();
        for (const [id, router] of Object.entries(connection!.routers)) {
          const [cluster, namespace, name] = id.split('/') as [string, string, string];
          const role = connection!.type === 'mesh' ? 'mesh' : connection!.hubs.includes(id) ? 'hub' : 'spoke';
          const key = `${central(cluster, namespace)}/${router}`;
          wanted.set(key, { role, networks: [...(wanted.get(key)?.networks ?? []), name] });
        }
        const routers = of('VirtualNetworkRouter');
        const keyOf = ({ metadata }: KubernetesObject) => `${metadata.namespace}/${metadata.name}`;
        expect(routers.map(keyOf).sort()).toEqual([...wanted.keys()].sort());
        for (const router of routers) {
          const spec = router['spec'] as {
            type: string;
            virtualNetworkSelector: unknown;
            import?: { virtualNetworkRouters: { virtualNetworkRouterSelector: unknown; namespaceSelector: unknown }[] };
          };
          const { networks, role } = wanted.get(keyOf(router))!;
          expect(spec.type).toBe(role);
          const selected = of('VirtualNetwork').filter(
            ({ metadata }) =>
              metadata.namespace === router.metadata.namespace && selects(spec.virtualNetworkSelector, metadata.labels),
          );
          expect(selected.map(({ metadata }) => metadata.name).sort()).toEqual([...networks].sort());
          const imported = (spec.import?.virtualNetworkRouters ?? []).map(
            ({ virtualNetworkRouterSelector, namespaceSelector }) => {
              const [namespace, ...more] = seen.filter(({ labels }) => selects(namespaceSelector, labels));
              expect(more).toEqual([]);
              return routers
                .filter(
                  ({ metadata }) =>
                    metadata.namespace === namespace!.name && selects(virtualNetworkRouterSelector, metadata.labels),
                )
                .map(keyOf);
            },
          );
          const partner = { mesh: 'mesh', hub: 'spoke', spoke: 'hub' }[role];
          const due = [...wanted].filter(([key, other]) => other.role === partner && key !== keyOf(router)).map(([key]) => [key]);
          expect(imported.map(String).sort()).toEqual(due.map(String).sort());
        }
      }),
      { numRuns: 80 },
    );
  });

  test('gives the same bytes under other locales, time zones and orders of files', () => {
    const program = `
      const { render } = await import('./src/render/render.ts');
      const { guideDeclaration, THREE_CLUSTERS } = await import('./test/support/guide-fleet.ts');
      const { smallRelease } = await import('./test/support/small-release.ts');
      const files = Object.entries(smallRelease());
      if (process.env.REVERSED) files.reverse();
      process.stdout.write(JSON.stringify(render({ declaration: guideDeclaration(THREE_CLUSTERS), vendorFiles: Object.fromEntries(files) }).tree.files));
    `;
    const run = (env: Record<string, string>) => {
      const child = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program], {
        cwd: resolve(import.meta.dirname, '../..'),
        env: { ...env },
        encoding: 'utf8',
      });
      expect(child.stderr).toBe('');
      return child.stdout;
    };
    const here = run({ LC_ALL: 'C', TZ: 'UTC' });
    expect(here.length).toBeGreaterThan(5000);
    expect(run({ LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', TZ: 'Asia/Tokyo', REVERSED: '1' })).toBe(here);
  });
});

test('YAML that is written reads back as the same value, for readers of YAML 1.2 and 1.1', () => {
  const scalars = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom('0', '1', ':', '-', '_', '.', 'e', 'x', 'y', 'n', 'o', 's', '+', ' ', '\n', '#', '~', '<', '='),
      maxLength: 8,
    }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const values = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      scalars,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ maxLength: 6 }), tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), values.value, { noNullPrototype: true }), (object) => {
      const text = writeYaml(object);
      for (const version of ['1.2', '1.1'] as const) expect(parse(text, { version })).toEqual(object);
    }),
    { numRuns: 200 },
  );
});
