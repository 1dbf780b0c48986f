import type { DetachView } from '../model/plan.ts';
import { counted, listed } from './words.ts';

/** More names than this are counted. */
const MOST_NAMED = 20;

/** What a detach takes away, a sentence each without full stop, the worst first. `name` shows a name of theirs. */
export function detachTexts(view: DetachView, name: (text: string) => string): string[] {
  const { namespaces, kept, networks, pods, unreachable } = view;
  const cluster = name(view.cluster);
  const names = (noun: string, all: readonly string[]) => {
    if (all.length > MOST_NAMED) return counted(all.length, noun);
    return `${all.length === 1 ? noun : `${noun}s`} ${listed(all.map(name))}`;
  };
  return [
    unreachable
      ? `${cluster} leaves the fleet as gone for good: only the central side is cleaned up, nothing on ${cluster} is touched`
      : `${cluster} leaves the fleet: its vRouters, its deployer and its Kubemanager are deleted`,
    ...(namespaces.length === 0 ? [] : [`deleted with everything in them: ${names('namespace', namespaces)}`]),
    ...(networks.length === 0 ? [] : [`deleted: ${names('network', networks)}`]),
    ...(pods === 0 ? [] : [`${counted(pods, 'pod')} on ${cluster} ${pods === 1 ? 'loses its' : 'lose their'} network`]),
    ...(kept.length === 0 ? [] : [`kept: ${names('namespace', kept)}`]),
  ];
}
