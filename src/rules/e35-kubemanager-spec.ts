import { commonFields, type FieldType, hasType, kubemanagerFields } from '../cn2/kubemanager-fields.ts';
import { releaseFacts } from '../cn2/releases.ts';
import { nearest } from '../declare/nearest.ts';
import { keyPlaceOf, placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import { clearTextSecrets } from './clear-text.ts';
import { distributedOf } from './clusters.ts';
import { finding, type Rule } from './rule.ts';

/** What other keys of the declaration render, by field of the spec. */
const RENDERED: Readonly<Record<string, string>> = {
  clusterName: 'name',
  kubeconfigSecretName: 'kubeconfigSecret',
  listenerPort: 'listenerPort or index',
  constantRouteTargetNumber: 'constantRouteTargetNumber or index',
  podV4Subnet: 'podSubnets',
  podV6Subnet: 'podSubnets',
  serviceV4Subnet: 'serviceSubnets',
  serviceV6Subnet: 'serviceSubnets',
};
const RENDERED_COMMON: Readonly<Record<string, string>> = {
  containers: 'release.manifests, release.images and release.registry',
  nodeSelector: 'kubemanagerNodeSelector',
};

/** The API server drops unknown fields and has no rules of its own: a typo would do nothing, and nobody would say so. */
export const kubemanagerSpec: Rule = {
  id: 'E35',
  sentence:
    "What kubemanager.spec adds is a field that a Kubemanager of the release has, of that field's type, and none that another key of the declaration renders; a variable that looks like a secret does not have its value in clear text (a warning).",
  remedy: 'Take it out, or write it where it belongs.',
  source: 'documented',
  judgeDeclaration({ fleet, source }) {
    const facts = releaseFacts(fleet.release.version);
    if (facts === undefined) return [];
    return distributedOf(fleet).flatMap(({ cluster: { kubemanagerSpec: spec }, at }) => {
      if (spec === undefined) return [];
      const path = `${at}/kubemanager/spec`;
      const common = ownMember(spec, 'common');
      return [
        ...judgeFields(spec, { path, release: facts.release, known: kubemanagerFields(facts), rendered: RENDERED, source }),
        ...(common === null ? [removed(path, source)] : []),
        ...clearTextSecrets(spec).map((place) => clearText(spec, place, path, source)),
        ...(isFields(common)
          ? judgeFields(common, {
              path: `${path}/common`,
              release: facts.release,
              known: commonFields(facts),
              rendered: RENDERED_COMMON,
              source,
            })
          : []),
      ];
    });
  },
};

interface Part {
  path: string;
  release: string;
  known: Readonly<Record<string, FieldType>>;
  /** Field → what renders it. */
  rendered: Readonly<Record<string, string>>;
  source: SourceMap;
}

function judgeFields(fields: Fields, { path, release, known, rendered, source }: Part): Finding[] {
  return Object.entries(fields).flatMap(([key, value]) => {
    const at = path + pointer(key);
    const by = ownMember(rendered, key);
    if (by !== undefined)
      return [
        finding(kubemanagerSpec, keyPlaceOf(source, at), `kubemanager.spec sets ${key}, which ${String(by)} renders`, {
          remedy: `Take it out of spec, and use ${String(by)}.`,
        }),
      ];
    const type = ownMember(known, key) as FieldType | undefined;
    if (type === undefined) {
      const meant = nearest(key, Object.keys(known));
      return [
        finding(kubemanagerSpec, keyPlaceOf(source, at), `a Kubemanager of release ${release} has no field ${key}`, {
          remedy: meant === undefined ? `Known here: ${Object.keys(known).join(', ')}.` : `Did you mean ${meant}?`,
        }),
      ];
    }
    // null takes a field out, as in any merge patch.
    if (value === null || hasType(value, type)) return [];
    return [
      finding(kubemanagerSpec, placeOf(source, at), `field ${key} of a Kubemanager must be ${type}`, {
        remedy: `Write ${type}.`,
      }),
    ];
  });
}

/** The file is in git, and the value in every plan. */
function clearText(spec: Fields, place: (string | number)[], path: string, source: SourceMap): Finding {
  let variable: unknown = spec;
  for (const key of place.slice(0, -1)) variable = (variable as Record<string | number, unknown>)[key];
  const name = String((variable as Fields)['name']);
  return finding(
    kubemanagerSpec,
    placeOf(source, path + pointer(...place)),
    `variable ${name} of kubemanager.spec has its value in clear text`,
    {
      severity: 'warning',
      remedy:
        'Where it is a secret, put it into a Secret of the central cluster, and refer to that: valueFrom: {secretKeyRef: {name: …, key: …}}.',
    },
  );
}

function removed(path: string, source: SourceMap): Finding {
  return finding(kubemanagerSpec, placeOf(source, `${path}/common`), 'kubemanager.spec takes common out, which holds the image', {
    remedy: 'Name the fields of common that are to be other ones.',
  });
}
