import { CORE } from '../cn2/names.ts';
import { releaseFacts } from '../cn2/releases.ts';
import type { Fleet } from '../model/fleet.ts';
import { groupOf, type Resource } from '../model/kubernetes.ts';
import { isExtra, type Manifest } from '../model/manifest.ts';
import table from './identity-rights.json' with { type: 'json' };

/** What the identities of deploy/ may do on one side, by what a run needs it for; `preview`: dry-runs, without which a plan knows less. */
export interface IdentityRights {
  side: 'central' | 'distributed';
  to: RightsTo;
  rights: { group: string; resources: string[]; verbs: string[]; namespace?: string; names?: string[] }[];
}

export type RightsTo = 'plan' | 'preview' | 'apply' | 'smoke';

/** One question to an API server: may I? */
export interface Right {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
}

/** Everything at once: who may do this needs no further question. */
export const EVERY_RIGHT: Right = { verb: '*', group: '*', resource: '*' };

/** Facts that only a rule looks at, and what a smoke test is compared with: a run does without them. */
const WITHOUT: ReadonlySet<string> = new Set(['configmaps']);

/**
 * The rights that runs need on a cluster, each once: those of deploy/, as far as the release has the kinds, and those to the user's own
 * objects, which deploy/ cannot know.
 */
export function neededRights(
  fleet: Fleet,
  cluster: string,
  { manifests, resources }: { manifests: readonly Manifest[]; resources: readonly Resource[] },
): Record<RightsTo, Right[]> {
  const side = fleet.central.name === cluster ? 'central' : 'distributed';
  const certificates = releaseFacts(fleet.release.version)?.certificates !== false;
  const has = ({ resource, name }: Right) =>
    (certificates || resource !== 'contrailcertificatemanagers') && !(name !== undefined && WITHOUT.has(resource));
  const own = ownKinds(manifests, cluster, resources);
  const of = (to: RightsTo): Right[] => {
    const listed = (table as IdentityRights[]).find((each) => each.side === side && each.to === to)?.rights ?? [];
    return distinct([...listed.flatMap(singly).filter(has), ...own.flatMap((kind) => ownRights(kind, to))]);
  };
  return { plan: of('plan'), preview: of('preview'), apply: of('apply'), smoke: of('smoke') };
}

function singly({ group, resources, verbs, namespace, names }: IdentityRights['rights'][number]): Right[] {
  return resources.flatMap((path) => {
    const [resource = '', subresource] = path.split('/');
    return verbs.flatMap((verb) =>
      (names ?? [undefined]).map((name) => ({
        verb,
        group,
        resource,
        ...(subresource === undefined ? {} : { subresource }),
        ...(namespace === undefined ? {} : { namespace }),
        ...(name === undefined ? {} : { name }),
      })),
    );
  });
}

/** Kinds under `extra`, as the cluster serves them; one that it does not serve yet is as a rule its name in small letters and an s. */
function ownKinds(manifests: readonly Manifest[], cluster: string, resources: readonly Resource[]) {
  const objects = manifests.filter((manifest) => manifest.cluster === cluster && isExtra(manifest)).map(({ object }) => object);
  return objects.map(({ apiVersion, kind }) => {
    const group = groupOf(apiVersion);
    const served = resources.find((resource) => resource.group === group && resource.kind === kind);
    return { group, resource: served?.plural ?? `${kind.toLowerCase()}s` };
  });
}

const OWN_VERBS: Readonly<Record<RightsTo, readonly string[]>> = {
  plan: ['get', 'list'],
  preview: ['create', 'patch'],
  apply: ['get', 'list', 'create', 'update', 'patch', 'delete', 'watch'],
  smoke: [],
};

function ownRights({ group, resource }: { group: string; resource: string }, to: RightsTo): Right[] {
  // An aggregated API has no admission that keeps a dry-run from being a write (docs/deploy.md).
  if (to === 'preview' && group === CORE) return [];
  return OWN_VERBS[to].map((verb) => ({ verb, group, resource }));
}

function distinct(rights: readonly Right[]): Right[] {
  return [...new Map(rights.map((right) => [rightKey(right), right])).values()];
}

/** What tells two questions apart. */
export function rightKey({ verb, group, resource, subresource = '', namespace = '', name = '' }: Right): string {
  return [verb, group, resource, subresource, namespace, name].join('\n');
}

/** Rights that are missing, together per resource as a ClusterRole has them: "create, patch kubemanagers.configplane.juniper.net". */
export function rightWords(rights: readonly Right[]): string[] {
  const byResource = Map.groupBy(rights, ({ verb: _, ...rest }) => rightKey({ verb: '', ...rest }));
  return [...byResource.values()].map((same) => {
    const [{ group, resource, subresource, namespace, name }] = same as [Right, ...Right[]];
    const path = `${resource}${subresource === undefined ? '' : `/${subresource}`}${group === '' ? '' : `.${group}`}`;
    const one = name === undefined ? '' : ` ${name}`;
    const where = namespace === undefined ? '' : ` in ${namespace}`;
    return `${same.map(({ verb }) => verb).join(', ')} ${path}${one}${where}`;
  });
}
