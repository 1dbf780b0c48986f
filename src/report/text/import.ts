import type { ImportDocument } from '../../model/import.ts';
import { objectTitle } from '../../model/object-ref.ts';
import type { Style } from '../../model/style.ts';
import { printable } from '../printable.ts';
import { counted, listed } from '../words.ts';
import { findingLines } from './findings.ts';

/** More fields of a change are counted. */
const MOST_FIELDS = 3;

/** What `import` found and wrote, what a plan of it would still change, and what to do next, for a person. */
export function importText(document: ImportDocument, style: Style): string {
  const { findings, written, next } = document;
  const blocks: string[][] = [];
  if (findings.length > 0) blocks.push(findingLines(findings, style));
  if (written.length === 0) blocks.push([nothingLine(document, style)]);
  else {
    blocks.push(written.map((path) => style.green(`+ ${printable(path)}`)));
    blocks.push(foundLines(document));
    blocks.push(planLines(document, style));
    blocks.push([style.bold('next'), ...next.map((step, at) => `  ${at + 1}. ${printable(step)}`)]);
  }
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function nothingLine({ findings, declaration }: ImportDocument, style: Style): string {
  if (findings.some(({ severity }) => severity === 'error')) return style.red('nothing was written');
  return style.dim(`nothing new was found: ${printable(declaration)} stays as it is`);
}

function foundLines({ release, manifests, clusters, counts }: ImportDocument): string[] {
  const hotfix = Object.entries(release?.images ?? {}).map(([name, tag]) => `${name} ${tag}`);
  return [
    `release ${printable(release?.version ?? 'unknown')}${hotfix.length === 0 ? '' : ` with ${printable(listed(hotfix))}`}`,
    ...(manifests === undefined ? [] : [manifestsLine(manifests)]),
    `${counted(clusters.length, 'cluster')}: ${printable(clusters.map(({ name }) => name).join(', '))}`,
    listed([
      counted(counts.namespaces, 'namespace'),
      counted(counts.networks, 'network'),
      counted(counts.connections, 'connection'),
      `${counted(counts.extra, 'object')} under extra`,
      counted(counts.patches, 'patch', 'patches'),
    ]),
  ];
}

function manifestsLine({ folder, own, differs }: NonNullable<ImportDocument['manifests']>): string {
  const others = own.map(({ cluster, folder: other }) => `${other} fits ${cluster} better`);
  const published =
    differs.length === 0 ? 'as Juniper publishes it' : `${counted(differs.length, 'file')} in it not as Juniper publishes them`;
  return printable(`manifests in ${folder} fit, ${[published, ...others].join('; ')}`);
}

function planLines({ adopted, notCompared, remaining }: ImportDocument, style: Style): string[] {
  const secrets = notCompared === 0 ? '' : ` and compares ${counted(notCompared, 'Secret')} with your credentials`;
  const head = `a plan of it adopts ${counted(adopted, 'object')}${secrets}`;
  if (remaining.length === 0) return [style.green(`${head}; it changes nothing`)];
  return [
    style.yellow(`${head}; it would also change ${counted(remaining.length, 'object')}, which no key can say otherwise`),
    ...remaining.map(({ cluster, action, kind, namespace, name, fields }) => {
      const more = fields.length > MOST_FIELDS ? ` and ${fields.length - MOST_FIELDS} more` : '';
      const which = action !== 'update' || fields.length === 0 ? '' : `: ${fields.slice(0, MOST_FIELDS).join(', ')}${more}`;
      return `  ${printable(`${action} ${objectTitle({ kind, namespace, name, cluster })}${which}`)}`;
    }),
  ];
}
