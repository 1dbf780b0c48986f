import type { Family, FleetNetwork } from '../../src/model/fleet.ts';
import { PASSING_MARK } from '../cn2/dataplane/firewall.ts';
import type { Fault, RulesAct } from './fault.ts';
import { commonFamilies, type Scene } from './scene.ts';
import { LOST, lossPattern, pingSets, SENT } from './tally.ts';

/** Tables of this name are faults. */
const TABLE = 'cn2_fleet_fault';
/** Before the emulated vRouter decides. */
const PRIORITY = -10;
const DROP = 'counter name dropped drop';
const DELETED = 'its table of nftables is deleted';

/** Faults that are rules on nodes. */
export const PACKET_FAULTS: readonly Fault[] = [
  {
    name: 'echo-loss',
    does: 'drops `--percent` (30) of a hundred echo requests from network A to network B, evenly spread',
    on: "nftables of the nodes of B's cluster",
    undone: DELETED,
    says: {
      paths: [{ where: 'from A to B', verdict: 'degraded' }],
      causes: [{ rung: 'path', words: 'packets' }],
    },
    acts: async (scene) =>
      tables(
        'echo-loss',
        scene.nodes(scene.b.cluster),
        forward(scene, (ways) => lossRules(ways, scene.percent)),
        pingSets(),
      ),
  },
  {
    name: 'one-way-black-hole',
    does: 'drops every packet from network A to network B, requests and replies; from B to A all pass',
    on: "nftables of the nodes of B's cluster",
    undone: DELETED,
    says: {
      paths: [
        { where: 'from A to B', verdict: 'unreachable' },
        { where: 'from B to A', verdict: 'unreachable' },
      ],
      causes: [{ rung: 'path', words: 'does not arrive on' }],
    },
    acts: async (scene) =>
      tables(
        'one-way-black-hole',
        scene.nodes(scene.b.cluster),
        forward(scene, ({ there }) => [`${there} ${DROP}`]),
      ),
  },
  {
    name: 'small-mtu',
    does: 'drops packets above `--bytes` (1300) between networks A and B, both ways, and tells nobody',
    on: "nftables of the nodes of B's cluster",
    undone: DELETED,
    says: {
      paths: [
        { where: 'from A to B', verdict: 'ok' },
        { where: 'from B to A', verdict: 'ok' },
      ],
      causes: [{ rung: 'mtu', words: 'packets of more than' }],
      largestPacket: true,
    },
    acts: async (scene) =>
      tables(
        'small-mtu',
        scene.nodes(scene.b.cluster),
        forward(scene, ({ there, back }) => [there, back].map((way) => `${way} meta length > ${scene.bytes} ${DROP}`)),
      ),
  },
  {
    name: 'leaked-path',
    does: 'lets packets pass between two networks that are apart, though no object says so',
    on: 'nftables of the nodes of both clusters',
    undone: DELETED,
    says: {
      paths: [{ where: 'between networks that are apart', verdict: 'unexpectedly-reachable' }],
      causes: [{ rung: 'path', words: 'packets pass' }],
    },
    async acts(scene) {
      const [one, other] = scene.apart;
      const nodes = [...new Set([one.cluster, other.cluster].flatMap((cluster) => scene.nodes(cluster)))];
      const mark = `meta mark set meta mark or ${PASSING_MARK}`;
      const rules = waysBetween(one, other).flatMap(({ there, back }) => [`${there} ${mark}`, `${back} ${mark}`]);
      return tables('leaked-path', nodes, chain('prerouting', rules, -150));
    },
  },
  {
    name: 'exec-frozen',
    does: 'drops what the API server sends to kubelets: commands in pods and their logs hang, all else goes on',
    on: "nftables of the cluster's control plane",
    undone: DELETED,
    says: {
      paths: [
        { where: 'from the cluster', verdict: 'inconclusive' },
        { where: 'to a network of the cluster that nobody else reaches', verdict: 'inconclusive' },
      ],
      causes: [{ rung: 'probe', words: '' }],
    },
    acts: async (scene) =>
      tables('exec-frozen', scene.nodes(scene.cluster).slice(0, 1), chain('output', [`tcp dport 10250 ${DROP}`])),
  },
  {
    name: 'api-frozen',
    does: 'drops what comes to the API server from outside its node: whoever asks it waits',
    on: "nftables of the cluster's control plane",
    undone: DELETED,
    says: {
      paths: [{ where: 'from and to the cluster', verdict: 'not-run' }],
      causes: [{ rung: 'api', words: '' }],
      leftovers: 'perhaps',
    },
    acts: async (scene) =>
      tables('api-frozen', scene.nodes(scene.cluster).slice(0, 1), chain('input', [`iifname "eth0" tcp dport 6443 ${DROP}`])),
  },
  {
    name: 'node-dns-lost',
    does: 'drops what the nodes ask of name servers; nothing that the smoke test does needs a name',
    on: "nftables of the cluster's nodes",
    undone: DELETED,
    says: { paths: [], causes: [] },
    acts: async (scene) =>
      tables('node-dns-lost', scene.nodes(scene.cluster), chain('output', [`udp dport 53 ${DROP}`, `tcp dport 53 ${DROP}`])),
  },
];

const WORDS = {
  v4: { protocol: 'ip', request: 'icmp type echo-request', usual: 'meta length 84' },
  v6: { protocol: 'ip6', request: 'icmpv6 type echo-request', usual: 'meta length 104' },
} as const;

/** The same table on each node. */
function tables(name: string, nodes: readonly string[], rules: string, sets = ''): RulesAct[] {
  const table = `${TABLE}_${name.replaceAll('-', '_')}`;
  return nodes.map((node) => ({ do: 'rules', node, table, content: `counter dropped { }\n${sets}${rules}` }));
}

function chain(hook: string, rules: readonly string[], priority = PRIORITY): string {
  return `chain ${hook} { type filter hook ${hook} priority ${priority}; policy accept;\n${rules.join('\n')}\n}\n`;
}

/** How rules of a family tell packets of one way and of the way back. */
interface Ways {
  family: Family;
  there: string;
  back: string;
}

/** A chain for what nodes forward between two networks, in each family that both have. */
function forward({ a, b }: Pick<Scene, 'a' | 'b'>, rules: (ways: Ways) => string[]): string {
  return chain('forward', waysBetween(a, b).flatMap(rules));
}

function waysBetween(a: FleetNetwork, b: FleetNetwork): Ways[] {
  return commonFamilies(a, b).map(({ family, from, to }) => {
    const { protocol } = WORDS[family];
    const way = (source: string, target: string) => `${protocol} saddr ${source} ${protocol} daddr ${target}`;
    return { family, there: way(from, to), back: way(to, from) };
  });
}

/** Each request of the usual size is written down, and each that is lost, so that both can be counted by ping. */
function lossRules({ family, there }: Ways, percent: number): string[] {
  const { request, usual } = WORDS[family];
  return [
    `${there} ${request} ${usual} ${SENT[family]}`,
    `${there} ${request} numgen inc ${lossPattern(percent)} ${LOST[family]} ${DROP}`,
  ];
}
