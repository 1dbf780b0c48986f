import type { Declaration } from '../model/declaration.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { Manifest } from '../model/manifest.ts';
import { objectKey, objectTitle, refOf } from '../model/object-ref.ts';

/**
 * An object that two stages hold with the same content stays in the first. Two different objects of one identity are a fault of
 * the declaration.
 */
export function withoutCopies(
  manifests: readonly Manifest[],
  declaration: Declaration,
): { kept: Manifest[]; findings: Finding[] } {
  const first = new Map<string, Manifest>();
  const findings: Finding[] = [];
  for (const manifest of manifests) {
    const identity = objectKey(refOf(manifest.object, manifest.cluster));
    const before = first.get(identity);
    if (before === undefined) first.set(identity, manifest);
    else if (before.text !== manifest.text || before.for !== manifest.for)
      findings.push(collision(before, manifest, declaration));
  }
  return { kept: [...first.values()], findings };
}

/** The rule that a collision breaks, and the field that could be changed. Two entries of the same name are found when reading. */
const CAUSES: Record<string, { rule: string; field: string; remedy: string }> = {
  Secret: { rule: 'E20', field: '/kubeconfigSecret', remedy: 'Give each distributed cluster a kubeconfigSecret of its own.' },
  Kubemanager: { rule: 'E13', field: '/kubemanager', remedy: 'Give each distributed cluster a kubemanager name of its own.' },
  Namespace: {
    rule: 'duplicate',
    field: '',
    remedy: "CN2's own manifests create this namespace: declare it with manage: false, or not at all.",
  },
};
const MIRRORED = {
  rule: 'E14',
  field: '',
  remedy: "Rename the central cluster's namespace: CN2 gives this name to a namespace of a distributed cluster.",
};

function collision(one: Manifest, two: Manifest, declaration: Declaration): Finding {
  const { rule, field, remedy } = CAUSES[two.object.kind] ?? MIRRORED;
  const places = [one, two]
    .map(({ declaredAt }) => valueAt(declaration, [`${declaredAt}${field}`, declaredAt]))
    .sort((a, b) => a.line - b.line || a.column - b.column);
  return {
    rule,
    severity: 'error',
    ...places[1]!,
    message: `${objectTitle(refOf(two.object, two.cluster))} would be rendered twice with different content (${one.stage} for ${one.for}, ${two.stage} for ${two.for})`,
    remedy,
    related: [{ ...places[0]!, message: 'the other one' }],
  };
}

/** The place of the first of these values that the declaration spells out. */
export function valueAt({ source }: Declaration, pointers: readonly string[]): FilePosition {
  const known = [...pointers, ''].map((pointer) => source.valueAt(pointer)).find((position) => position !== undefined);
  return { file: source.file, ...(known ?? { line: 1, column: 1 }) };
}
