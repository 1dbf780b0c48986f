import type { DoctorCheck } from '../model/doctor.ts';
import type { Finding } from '../model/finding.ts';
import type { VendorState } from '../model/plan.ts';
import { counted } from '../report/words.ts';
import { manifestCommands } from '../setup/step-commands.ts';
import { check, checkOf } from './checks.ts';

export interface ManifestFacts {
  /** The folders, as the user names them; that of the release first. */
  folders: readonly string[];
  version: string;
  /** Files that were read. */
  files: readonly string[];
  /** About the folders and what is in them. */
  findings: readonly Finding[];
  /** How they stand to what Juniper publishes; absent: nothing could be rendered from them. */
  state?: VendorState;
}

/** Whether the vendor's files are there, complete, of the declared release, and as Juniper publishes them. */
export function manifestChecks({ folders, version, files, findings, state }: ManifestFacts): DoctorCheck[] {
  const [subject = ''] = folders;
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (files.length === 0)
    return [
      check('manifests', subject, 'to-do', errors[0]?.message ?? 'there are no files in it', {
        remedy: `Put the vendor's example manifests of your release into ${subject}/, as downloaded.`,
        command: manifestCommands(subject, version).join(' && '),
      }),
    ];
  const checks = findings.map((finding) => checkOf('manifests', subject, finding));
  if (errors.length > 0) return checks;
  const there = counted(files.length, 'file');
  if (state === undefined)
    return [...checks, check('manifests', subject, 'unknown', `${there} there; a declaration with errors cannot be rendered`)];
  if (state.asPublished) return [check('manifests', subject, 'ok', `${there}, as Juniper publishes them`), ...checks];
  const differs = check('manifests', subject, 'remark', `${there}, not as Juniper publishes them: ${state.differs.join(', ')}`, {
    remedy: 'Each plan says so, too. If nobody has changed them on purpose, take them as downloaded.',
  });
  return [differs, ...checks];
}

/** Whether a finding is about the vendor's files: those of the declaration have their place in it. */
export function isOfManifests({ rule, file }: Finding, shownFile: string, folders: readonly string[]): boolean {
  if (rule === 'manifests') return true;
  return file !== undefined && file !== shownFile && folders.some((folder) => file.startsWith(`${folder}/`));
}
