import { sha256 } from '../declare/digest.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { IndexEntry, Manifest, RenderedTree, RenderIndex } from '../model/manifest.ts';
import { present } from '../model/present.ts';
import { listedTwice, strangeness } from './belonging.ts';
import { isCanonicalYaml, parseYaml } from './canonical.ts';
import { parseFleet } from './fleet-file.ts';
import { isAsWritten, parseIndex } from './index-file.ts';
import { FLEET_FILE, INDEX_FILE, PLAN_FILE } from './tree.ts';
import { writeJson, writeYaml } from './yaml-writer.ts';

/** A file below rendered/ that is not as it was rendered. */
export interface CommittedProblem {
  /** Below the rendered folder. */
  path: string;
  problem: 'edited' | 'missing' | 'extra' | 'unreadable';
  /** First line that differs, where what it should be is known. */
  line?: number;
  /** What is behind it, where that is known. */
  detail?: string;
  /** The index fits it all the same, as after a render of another version: nothing that a person wrote is lost with it. */
  digestFits?: true;
}

/**
 * Reads back everything below rendered/ and checks each byte against the index (and the index against its own digest). plan.json
 * is not part of it. There is a tree only without problems. `expected`: the files of a fresh render, where one was made; they tell
 * the line at which an edited file differs.
 */
export function readCommitted(
  files: Record<string, string>,
  expected: Record<string, string> = {},
): { tree?: RenderedTree; problems: CommittedProblem[] } {
  const indexText = files[INDEX_FILE];
  if (indexText === undefined) return { problems: [{ path: INDEX_FILE, problem: 'missing' }] };
  const index = parseIndex(indexText);
  if (index === undefined)
    return { problems: [{ path: INDEX_FILE, problem: 'unreadable', detail: 'not an index of this version' }] };
  const twice = listedTwice(index.objects);
  if (twice !== undefined) return { problems: [{ path: INDEX_FILE, problem: 'unreadable', detail: `it lists ${twice} twice` }] };
  const problems: CommittedProblem[] = [];
  if (!isAsWritten(index, indexText))
    problems.push(edited(INDEX_FILE, indexText, expected[INDEX_FILE] ?? rewritten(INDEX_FILE, indexText)));

  const fleetText = checked(FLEET_FILE, index.fleetDigest);
  const manifests = index.objects.map((entry): Manifest | undefined => {
    const text = checked(entry.path, entry.digest);
    if (text === undefined) return undefined;
    const object = objectOf(entry, text);
    if (object === undefined)
      problems.push({ path: entry.path, problem: 'unreadable', detail: 'not the object that the index names' });
    else if (!isCanonicalYaml(text))
      problems.push({ ...edited(entry.path, text, rewritten(entry.path, text)), detail: OTHER_FORM, digestFits: true });
    const { path, cluster, stage, declaredAt, digest } = entry;
    return object && { path, cluster, stage, for: entry.for, declaredAt, object, text, digest };
  });
  const known = new Set([INDEX_FILE, FLEET_FILE, PLAN_FILE, ...index.objects.map(({ path }) => path)]);
  for (const path of Object.keys(files)) if (!known.has(path)) problems.push({ path, problem: 'extra' });

  const fleet = fleetText === undefined ? undefined : parseFleet(fleetText);
  if (fleetText !== undefined && fleet === undefined)
    problems.push({ path: FLEET_FILE, problem: 'unreadable', detail: 'not a fleet as render writes it', digestFits: true });
  if (fleet !== undefined) problems.push(...strangers(fleet, index, manifests));
  if (problems.length > 0 || fleet === undefined) {
    return { problems: problems.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)) };
  }
  return { tree: treeOf(fleet, index, indexText, manifests as Manifest[], files), problems };

  /** A file's text when it has the digest that it should have; else its problem is noted. */
  function checked(path: string, digest: string): string | undefined {
    const text = files[path];
    if (text === undefined) problems.push({ path, problem: 'missing' });
    else if (sha256(text) === digest) return text;
    else if (sha256(text.replaceAll('\r\n', '\n')) === digest) {
      problems.push({
        path,
        problem: 'edited',
        line: 1,
        detail: 'only its line endings differ: keep Git from converting them (.gitattributes: rendered/** -text)',
      });
    } else problems.push(edited(path, text, expected[path] ?? rewritten(path, text)));
    return undefined;
  }
}

/** The findings (rule `rendered`) for problems. `folder`: where the rendered files are, relative to the declaration. */
export function committedFindings(problems: readonly CommittedProblem[], folder: string): Finding[] {
  const sentence: Record<CommittedProblem['problem'], string> = {
    edited: 'was edited by hand: it is not what was rendered and approved',
    missing: 'is missing, although the index lists it',
    extra: 'is in the rendered folder, although the index does not list it',
    unreadable: 'cannot be read',
  };
  return problems.map(({ path, problem, line, detail }) => ({
    rule: 'rendered',
    severity: 'error',
    file: `${folder}/${path}`,
    line: line ?? 1,
    column: 1,
    message: `${folder}/${path} ${path === INDEX_FILE && problem === 'missing' ? 'is missing: nothing was rendered yet' : sentence[problem]}${detail === undefined ? '' : ` (${detail})`}`,
    remedy:
      problem === 'extra'
        ? 'Move it elsewhere: the rendered folder holds nothing but what render writes.'
        : path === INDEX_FILE && problem === 'missing'
          ? 'Run cn2-fleet propose and merge its pull request, or cn2-fleet render and commit the folder.'
          : 'Change the declaration or the vendor files instead and run cn2-fleet render.',
  }));
}

/**
 * Vendor files that are no longer those from which the tree was rendered. Values that are read from them again (secrets by
 * `manifest:`) would not be what was approved.
 */
export function changedSources(index: RenderIndex, vendorFiles: Record<string, string>): Finding[] {
  return index.sources
    .filter(({ file, digest }) => !Object.hasOwn(vendorFiles, file) || sha256(vendorFiles[file]!) !== digest)
    .map(({ file }) => ({
      rule: 'rendered',
      severity: 'error',
      file,
      line: 1,
      column: 1,
      message: `${file} ${!Object.hasOwn(vendorFiles, file) ? 'is gone' : 'has changed'} since the manifests were rendered from it`,
      remedy: 'Run cn2-fleet render and have the result approved, or restore the file.',
    }));
}

const OTHER_FORM = 'it is not written as render writes it';

function edited(path: string, text: string, should: string | undefined): CommittedProblem {
  const line = should === undefined ? undefined : firstDifference(text, should);
  return { path, problem: 'edited', ...present({ line }) };
}

/** The first line that differs, counted from 1; undefined when the texts are equal. */
export function firstDifference(text: string, should: string): number | undefined {
  if (text === should) return undefined;
  const [is, was] = [text.split('\n'), should.split('\n')];
  const length = Math.max(is.length, was.length);
  for (let line = 0; line < length; line += 1) if (is[line] !== was[line]) return line + 1;
  return undefined;
}

/** How the writer would have written what the text says: shows at least edits of form. */
function rewritten(path: string, text: string): string | undefined {
  try {
    return path.endsWith('.json') ? writeJson(JSON.parse(text)) : writeYaml(parseYaml(text) as object);
  } catch {
    return undefined;
  }
}

function objectOf(entry: IndexEntry, text: string): KubernetesObject | undefined {
  const object = parsed(() => parseYaml(text)) as KubernetesObject | undefined;
  const { apiVersion, kind, metadata } = object ?? {};
  const same =
    apiVersion === entry.apiVersion &&
    kind === entry.kind &&
    metadata?.name === entry.name &&
    metadata?.namespace === entry.namespace;
  return same ? object : undefined;
}

/** What digests cannot say: an index that speaks of another fleet or says more than render writes, and objects that cannot be its. */
function strangers(fleet: Fleet, index: RenderIndex, manifests: readonly (Manifest | undefined)[]): CommittedProblem[] {
  const problems = manifests.flatMap((manifest): CommittedProblem[] => {
    const detail = manifest && strangeness(manifest, fleet, index);
    return detail === undefined ? [] : [{ path: manifest!.path, problem: 'edited', line: 1, detail, digestFits: true }];
  });
  if (index.fleet !== fleet.metadata.name)
    problems.push({ path: INDEX_FILE, problem: 'edited', detail: 'it belongs to another fleet', digestFits: true });
  return problems;
}

function parsed(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function treeOf(
  fleet: Fleet,
  index: RenderIndex,
  indexText: string,
  manifests: Manifest[],
  files: Record<string, string>,
): RenderedTree {
  const own = [...manifests.map(({ path }) => path), FLEET_FILE, INDEX_FILE];
  return {
    fleet,
    index,
    indexDigest: sha256(indexText),
    manifests,
    files: Object.fromEntries(own.map((path) => [path, files[path]!])),
  };
}
