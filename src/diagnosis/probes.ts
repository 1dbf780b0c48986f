import { CONTRAIL_NAMESPACE } from '../cn2/names.ts';
import { ALONE, OTHER_POD } from '../expectation/verdict.ts';
import type { Endpoint, PairVerdict } from '../model/smoke.ts';
import { rightsFault } from './access.ts';
import type { PathFacts } from './facts.ts';
import type { Fault } from './fault.ts';
import { silentNodeFault } from './nodes.ts';
import { networkTitle } from './places.ts';
import { vrouterFault } from './vrouters.ts';

/** What a reason is about: the end of the path whose probe it was, and what of it. */
interface Said {
  end: Endpoint;
  /** Without the word for the end: whichever it was, it is one cause. */
  words: string;
  stage: Stage;
}

/** On the way of a probe, in that order. */
type Stage = 'scheduling' | 'image' | 'address' | 'alone' | 'other';

/** As pod states are told; the node is the last word before what the runtime says. */
const STAGES: readonly [Stage, RegExp][] = [
  ['scheduling', /\bnot scheduled: /],
  ['image', /^(?:(?:ErrImage|ImagePull|InvalidImageName|RegistryUnavailable|ImageInspect)\w*\b|the probe image is made for)/],
  ['address', /\bno IPv[46](?: and IPv[46])? address\b|\bContainerCreating\b/],
];

/** Nodes without CN2's network take no pods, and the scheduler says so. */
const WITHOUT_NETWORK = /node\.kubernetes\.io\/(?:not-ready|network-unavailable)/;

const COMMANDS: Partial<Record<Stage, string>> = {
  scheduling: 'kubectl get nodes -o wide',
  address: `kubectl get pods -n ${CONTRAIL_NAMESPACE} -o wide`,
  alone: `kubectl get pods -n ${CONTRAIL_NAMESPACE} -o wide`,
};

/**
 * What kept a path from being judged, by what the measurement says of its probe: rights, scheduling, image, address, or that nothing
 * answers it. Where a node's kubelet or its network is what it waits for, that is looked at first.
 */
export function probeFault(pair: PairVerdict, central: string, facts: PathFacts): Fault {
  const { end, words, stage } = saidOf(pair);
  const rights = rightsFault(words, end.cluster);
  if (rights !== undefined) return rights;
  const [, node] = /\bon node (\S+?)(?::|$)/.exec(words) ?? [];
  const place = node === undefined ? end : { ...end, node };
  const silent = stage === 'image' ? undefined : silentNodeFault(place, facts);
  if (silent !== undefined) return silent;
  const waits = stage === 'address' || stage === 'alone' || (stage === 'scheduling' && WITHOUT_NETWORK.test(words));
  const below = waits ? vrouterFault([place], central, facts) : undefined;
  if (below !== undefined) return below;
  const command = commandOf(stage, node);
  return { rung: 'probe', cause: words, ...(command === undefined ? {} : { command }) };
}

/** Whether it is the image that kept a probe from measuring, which is none of CN2's objects. */
export function isOfImage(pair: PairVerdict): boolean {
  return saidOf(pair).stage === 'image';
}

function commandOf(stage: Stage, node: string | undefined): string | undefined {
  return stage === 'image' && node !== undefined ? `kubectl describe node ${node}` : COMMANDS[stage];
}

function saidOf({ source, target, reason }: PairVerdict): Said {
  if (reason === OTHER_POD)
    return { end: target, words: `another pod answers at the address of the probe in ${networkTitle(target)}`, stage: 'other' };
  for (const [side, end] of [['source', source] as const, ['target', target] as const]) {
    if (reason.startsWith(ALONE[side])) return { end, words: aloneText(end, reason), stage: 'alone' };
    if (!reason.startsWith(`${side}: `)) continue;
    const words = reason.slice(side.length + 2);
    return { end, words, stage: stageOf(words) };
  }
  return { end: source, words: reason, stage: stageOf(reason) };
}

function stageOf(words: string): Stage {
  return STAGES.find(([, form]) => form.test(words))?.[0] ?? 'other';
}

/** As a source it hears nobody, as a target nobody hears it: one cause. */
function aloneText(end: Endpoint, reason: string): string {
  const [, why = 'no reply'] = /own network \((.*)\): /s.exec(reason) ?? [];
  return `the probe in ${networkTitle(end)} does not even reach its own network (${why})`;
}
