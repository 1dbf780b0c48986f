import type { LabRunOptions } from '../../../lab/main.ts';
import { readDeclaration } from '../../declare/declaration.ts';
import { manifestFolders } from '../../model/manifest-folders.ts';
import { present } from '../../model/present.ts';
import { PLAIN } from '../../model/style.ts';
import { UserError } from '../../model/user-error.ts';
import { findingsText } from '../../report/text/findings.ts';
import type { Invocation, Place } from '../verb.ts';

/** What the lab offers: it lives in the checkout beside the bundle, not in it, so only its types are known here. */
interface Lab {
  runLab(verb: string, options: LabRunOptions): Promise<number>;
}

/** Runs a verb of the lab for a declaration; throws UserError where there is no checkout or the declaration cannot be used. */
export async function runAlone(invocation: Invocation, place: Place): Promise<number> {
  const { files, root, signal } = place;
  const shownFile = invocation.text('file') ?? place.file;
  const text = await files.read(place.file);
  if (text === undefined) throw new UserError(`${shownFile} does not exist`, 'name the declaration with -f');
  const { fleet, findings } = readDeclaration(text, shownFile);
  if (fleet === undefined || findings.some(({ severity }) => severity === 'error')) {
    throw new UserError(
      `${shownFile} has errors:\n${findingsText({ schemaVersion: 1, findings }, PLAIN)}`,
      'cn2-fleet validate shows them all',
    );
  }
  const release: Record<string, string> = {};
  for (const { folder } of manifestFolders(fleet))
    for (const [path, text] of await files.readAll(folder, (name) => /\.ya?ml$/.test(name))) release[path] = text;
  const lab = (await place.checkout('lab/main.ts')) as Lab | undefined;
  if (lab === undefined)
    throw new UserError('the lab is not part of the bundle', 'run this command from a checkout of cn2-fleet');
  return lab.runLab(invocation.words[0] ?? '', {
    fleet,
    root,
    release,
    audit: invocation.on('audit'),
    json: invocation.text('format') === 'json',
    words: invocation.words.slice(1),
    undo: invocation.on('undo'),
    percent: invocation.number('percent'),
    bytes: invocation.number('bytes'),
    ...present({ provider: invocation.text('provider'), cluster: invocation.text('cluster') }),
    signal,
    log: place.say,
    out: place.print,
  });
}
