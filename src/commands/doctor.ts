import { checkoutOf } from '../checkout/checkout.ts';
import { type Prepared, prepare } from '../checkout/prepare.ts';
import { rootsOf } from '../declare/roots.ts';
import { check, checkOf, doctorConditions } from '../doctor/checks.ts';
import { connectionRemarks, reachCheck } from '../doctor/clusters.ts';
import { cn2Checks } from '../doctor/cn2.ts';
import { type CredentialFacts, credentialCheck } from '../doctor/credentials.ts';
import { declarationChecks } from '../doctor/declaration.ts';
import { githubChecks } from '../doctor/github.ts';
import { rightsChecks } from '../doctor/judge-rights.ts';
import { isOfManifests, manifestChecks } from '../doctor/manifests.ts';
import { smokeChecks } from '../doctor/smoke.ts';
import { workflowChecks } from '../doctor/workflows.ts';
import { leftAlone } from '../model/detached.ts';
import type { DoctorCheck, DoctorDocument } from '../model/doctor.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { HintedError } from '../model/hinted-error.ts';
import { manifestFolders } from '../model/manifest-folders.ts';
import type { Outcome } from '../model/outcome.ts';
import { present } from '../model/present.ts';
import { scopeOf } from '../model/scope.ts';
import type { SettingsReader } from '../ports/repository-settings.ts';
import { vendorState } from '../render/vendor-state.ts';
import { hasErrors } from '../rules/conditions.ts';
import { neededCredentials } from '../setup/needed-credentials.ts';
import type { WorkflowWishes } from '../setup/place-workflows.ts';
import { placeholdersIn } from '../setup/placeholders.ts';
import { quoted } from '../setup/step-commands.ts';
import { fillContents } from '../survey/contents.ts';
import { examine, resolveNeeded } from '../survey/examine.ts';
import { judgeHandovers } from '../survey/handovers.ts';
import { judgeClusters } from '../survey/look.ts';
import { judgePullSecrets } from '../survey/pull-secrets.ts';
import type { Options, Ports } from './context.ts';
import { type InitPorts, type SetUp, setUp } from './set-up.ts';

export type DoctorPorts = Ports & Pick<InitPorts, 'repository'>;

export interface DoctorOptions extends Options, WorkflowWishes {
  /** Reads the settings of the repository on GitHub, or says why that cannot be. */
  settings(): Promise<SettingsReader | { untold: string }>;
}

/**
 * `doctor`: looks at everything that a first run needs, as far as it can be seen from here, and says of each what to do. It writes
 * nothing: no file, nothing on a cluster, nothing on GitHub. A declaration that cannot be read ends it: `usage`.
 */
export async function doctorCommand(ports: DoctorPorts, options: DoctorOptions): Promise<Outcome<DoctorDocument>> {
  const { shownFile } = options;
  const prepared = await prepare(checkoutOf(ports.files, options));
  const { fleet } = prepared.declaration;
  const findings = rootsOf(options).findingsForUser(prepared.findings);
  if (fleet === undefined) {
    const checks = findings.map((finding) => checkOf('declaration', shownFile, finding));
    return { document: { schemaVersion: 1, declaration: shownFile, checks }, conditions: ['usage'] };
  }
  const known: Known = { ports, options, prepared, fleet, findings, flag: flagOf(shownFile) };
  const credentials = await resolveNeeded(ports, fleet);
  const [clusters, setup, settings] = await Promise.all([clusterChecks(known), wouldSetUp(known), settingsFor(known)]);
  const loginOf = (name: string) => {
    const ref = fleet.distributed.find((cluster) => cluster.name === name)?.pullSecret ?? fleet.release.pullSecret;
    const found = credentials.find(({ needed }) => needed.name === ('env' in ref ? ref.env : ref.file))?.value;
    return found?.status === 'ok' ? found.value : undefined;
  };
  const checks = [
    ...(await declaredChecks(known)),
    ...(await credentialChecks(known, credentials)),
    ...clusters.checks,
    ...folderChecks(known),
    ...('failed' in setup ? [setup.failed] : workflowChecks({ ...setup, files: setup.workflows, ...known, ...clusters })),
    ...githubChecks({
      settings,
      environment: fleet.metadata.name,
      flag: known.flag,
      credentials: neededCredentials(fleet),
      ...('failed' in setup ? {} : present({ branch: setup.branch })),
    }),
    ...smokeChecks(fleet, loginOf),
  ];
  const document: DoctorDocument = { schemaVersion: 1, declaration: shownFile, fleet: fleet.metadata.name, checks };
  if (clusters.emulated) document.emulated = true;
  return { document, conditions: doctorConditions(checks) };
}

/** What every part looks at. */
interface Known {
  ports: DoctorPorts;
  options: DoctorOptions;
  prepared: Prepared;
  fleet: Fleet;
  /** Of all that needs no cluster, as the user names places. */
  findings: readonly Finding[];
  /** What names the declaration to a command. */
  flag: string;
}

function flagOf(shownFile: string): string {
  return shownFile === 'clusters.yaml' ? '' : ` -f ${quoted(shownFile)}`;
}

function foldersOf({ fleet, options }: Known): string[] {
  const { forUser } = rootsOf(options);
  return manifestFolders(fleet).map(({ folder }) => forUser(folder));
}

async function declaredChecks(known: Known): Promise<DoctorCheck[]> {
  const { ports, options, fleet, flag } = known;
  const folders = foldersOf(known);
  const gaps = placeholdersIn((await ports.files.read(options.file)) ?? '');
  const findings = known.findings.filter((finding) => !isOfManifests(finding, options.shownFile, folders));
  return declarationChecks({ shownFile: options.shownFile, fleet, gaps, findings, flag });
}

function folderChecks(known: Known): DoctorCheck[] {
  const { options, fleet, prepared } = known;
  const { tree, vendorFiles } = prepared;
  const folders = foldersOf(known);
  return manifestChecks({
    folders,
    version: fleet.release.version,
    files: Object.keys(vendorFiles),
    findings: known.findings.filter((finding) => isOfManifests(finding, options.shownFile, folders)),
    ...present({ state: tree && vendorState(tree, vendorFiles) }),
  });
}

/** Each credential by itself, and what rules say of pull secrets and of what is handed over (E19, E21). */
async function credentialChecks(known: Known, credentials: readonly CredentialFacts[]): Promise<DoctorCheck[]> {
  const { ports, fleet, prepared } = known;
  const { scope, tree, vendorFiles, declaration } = prepared;
  const now = ports.clock.now();
  const alone = credentials.map((facts) => credentialCheck(facts, now));
  if (scope === undefined || tree === undefined) return alone;
  const input = { fleet, scope, source: declaration.source };
  const contents = await fillContents(ports, { ...input, manifests: tree.manifests, vendorFiles });
  const findings = [
    ...judgePullSecrets(fleet, tree.manifests, contents, declaration.source),
    ...contents.findings.filter(({ rule }) => rule !== 'credential'),
    ...(await judgeHandovers(ports, { ...input, tried: true })),
  ];
  const shown = rootsOf(known.options).findingsForUser(findings);
  return [...alone, ...shown.map((finding) => checkOf('credentials', finding.cluster ?? 'pull secret', finding))];
}

/** API servers, rights and CN2. Rules on live clusters need a declaration without errors. */
async function clusterChecks(known: Known): Promise<{ checks: DoctorCheck[]; servers: string[]; emulated: boolean }> {
  const { ports, options, fleet, prepared } = known;
  const { declaration, tree, vendorFiles } = prepared;
  const reached = leftAlone(fleet);
  const manifests = tree?.manifests ?? [];
  const scope = scopeOf(reached, options.only);
  const { live, reach, rights, servers } = await examine(
    ports,
    { fleet: reached, source: declaration.source, scope, manifests },
    options.concurrency,
  );
  const source = declaration.source;
  const findings = hasErrors(declaration.findings)
    ? []
    : judgeClusters({ fleet, source, live, manifests, vendorFiles, now: ports.clock.now() });
  const checks = [
    ...reach.flatMap((facts) => [reachCheck(facts), ...connectionRemarks(facts.cluster.name, facts.findings)]),
    ...rights.flatMap(rightsChecks),
    ...cn2Checks({ fleet, live, findings: rootsOf(options).findingsForUser(findings) }),
  ];
  return { checks, servers, emulated: live.clusters.some(({ emulated }) => emulated) };
}

async function settingsFor({ options, fleet }: Known) {
  const reader = await options.settings();
  return 'untold' in reader ? reader : await reader.read(fleet.metadata.name);
}

/** What init would do here; what keeps it from that is something to do. */
async function wouldSetUp({ ports, options }: Known): Promise<SetUp | { failed: DoctorCheck }> {
  try {
    return await setUp(ports, options);
  } catch (error) {
    if (!(error instanceof HintedError)) throw error;
    return { failed: check('workflows', '.github/workflows', 'to-do', error.message, { remedy: error.hint }) };
  }
}
