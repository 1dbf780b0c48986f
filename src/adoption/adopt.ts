import { CONFIGPLANE, CORE } from '../cn2/names.ts';
import { groupOf } from '../model/kubernetes.ts';
import { isExtra } from '../model/manifest.ts';
import {
  type Answer,
  AWAITING,
  FILE_STAYS,
  NEEDED,
  NO_KEY,
  RESTART,
  type Reason,
  SECRET,
  type Subject,
  UNDECLARED,
} from './answer.ts';
import { ofExtra, ofKubemanager, ofVendorObject } from './attached.ts';
import { Gone } from './gone.ts';
import { ofNamespace, ofNetwork, ofSubnet } from './networks.ts';
import { ofRouter } from './routers.ts';

/**
 * How the declaration comes to say what drifted, object by object, in their order. Pure: nothing is edited here. Paths of the edits are
 * those of the declaration as it is; entries that go are to be taken out last, the last one first.
 */
export function answersTo(subjects: readonly Subject[]): Answer[] {
  const gone = subjects[0] === undefined ? undefined : new Gone(subjects[0].fleet, subjects);
  return subjects.map((subject) => {
    const never = neverAdopted(subject);
    if (never !== undefined) return { edits: [], refused: [never] };
    return subject.change.kindOfDrift === 'gone' ? gone!.answer(subject) : answerTo(subject);
  });
}

/** Why a change cannot be adopted, whatever it is in detail; undefined where it depends on the fields. */
export function neverAdopted({
  change,
  manifest,
}: Pick<Subject, 'change'> & { manifest?: Subject['manifest'] }): Reason | undefined {
  if (change.awaitingApply === true) return AWAITING;
  if (change.action === 'restart') return RESTART;
  if (change.kind === 'Secret') return SECRET;
  if (change.kindOfDrift === 'added' || manifest === undefined) return UNDECLARED;
  if (change.kindOfDrift === 'gone' && isExtra(manifest)) return FILE_STAYS;
  const isNetworking = manifest.declaredAt.startsWith('/networks/') || manifest.declaredAt.startsWith('/connections/');
  return change.kindOfDrift === 'gone' && !isNetworking ? NEEDED : undefined;
}

function answerTo(subject: Subject): Answer {
  const { declaredAt, object } = subject.manifest;
  const { kind } = object;
  const group = groupOf(object.apiVersion);
  if (isExtra(subject.manifest)) return ofExtra(subject);
  if (declaredAt.startsWith('/namespaces/')) return ofNamespace(subject);
  if (group === CORE && kind === 'VirtualNetwork') return ofNetwork(subject);
  if (group === CORE && kind === 'Subnet') return ofSubnet(subject);
  if (group === CORE && kind === 'VirtualNetworkRouter') return ofRouter(subject);
  if (group === CONFIGPLANE && kind === 'Kubemanager') return ofKubemanager(subject);
  return declaredAt.startsWith('/distributed/') ? ofVendorObject(subject) : { edits: [], refused: [NO_KEY] };
}
