import type { Adoption } from '../model/adoption.ts';
import { counted, listed } from './words.ts';

/** "Adopt what drifted on cluster2". */
export function adoptionTitle({ adopted }: Pick<Adoption, 'adopted'>, shown: (name: string) => string): string {
  const clusters = [...new Set(adopted.map(({ cluster }) => cluster))];
  return `Adopt what drifted on ${clusters.length > 3 ? `${clusters.length} clusters` : listed(clusters.map(shown))}`;
}

/** The outcome in one sentence without markup. */
export function adoptionSentence({ adopted, notAdopted, left, complete, files, pullRequest }: Adoption): string {
  if (adopted.length === 0 && notAdopted.length === 0) return 'nothing to adopt';
  const objects = new Set(notAdopted.map(({ cluster, kind, namespace, name }) => `${cluster} ${kind} ${namespace} ${name}`)).size;
  const where = pullRequest === undefined ? listed(files.map(({ file }) => file)) : 'a pull request';
  const parts = [
    adopted.length === 0 ? 'nothing was adopted' : `${counted(adopted.length, 'object')} adopted into ${where}`,
    ...(objects === 0 ? [] : [`${counted(objects, 'object')} not adopted or not as a whole`]),
    ...(left.length === 0 ? [] : [`a plan of it still changes ${counted(left.length, 'object')}`]),
    ...(complete ? [] : ['not every cluster could be compared again']),
  ];
  return adopted.length > 0 && objects === 0 && left.length === 0 && complete
    ? `${parts[0]}; its plan is empty`
    : parts.join('; ');
}
