import type { Options, Ports } from '../commands/context.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Desired, Manifest } from '../model/manifest.ts';
import { redact } from '../report/redact.ts';
import type { Redactor } from '../report/redactor.ts';
import { fillContents, newFindings } from './contents.ts';
import { judgeHandovers } from './handovers.ts';
import { judgePullSecrets } from './pull-secrets.ts';
import { openClusters, type Session } from './session.ts';

/** What a look at the live clusters needs: connections, and the manifests with their secret values. Disposing closes the connections. */
export interface Gathered extends AsyncDisposable {
  session: Session;
  /** Present when every secret value was found. */
  desired?: Desired[];
  /** Credentials that are missing or cannot be used. */
  findings: Finding[];
  /** What no output may show. */
  secrets: Redactor;
}

/** Resolves the credentials of a fleet, in memory. Sends no request. `source`: places of the declaration, for findings. */
export async function gather(
  ports: Ports,
  options: Options,
  input: { fleet: Fleet; manifests: readonly Manifest[]; vendorFiles: Record<string, string>; source?: SourceMap },
): Promise<Gathered> {
  const { fleet, manifests, vendorFiles, source } = input;
  const session = await openClusters(ports, options, fleet, source);
  const contents = await fillContents(ports, fleet, manifests, vendorFiles, options.only, source);
  const handovers = await judgeHandovers(ports, {
    fleet,
    only: options.only,
    // A run that stops for a credential sends nothing at all.
    tried: contents.desired !== undefined && session.findings.every(({ severity }) => severity !== 'error'),
    ...(source === undefined ? {} : { source }),
  });
  const { secrets } = ports;
  const findings = [
    ...session.findings,
    ...newFindings(session.findings, contents.findings),
    ...newFindings([...session.findings, ...contents.findings], handovers),
    ...judgePullSecrets(fleet, manifests, contents, source),
  ];
  return {
    session,
    ...(contents.desired === undefined ? {} : { desired: contents.desired }),
    findings: redact(findings, secrets),
    secrets,
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}
