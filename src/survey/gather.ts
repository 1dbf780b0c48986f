import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Desired, Manifest } from '../model/manifest.ts';
import { present } from '../model/present.ts';
import type { Scope } from '../model/scope.ts';
import { redact } from '../report/redact.ts';
import type { Redactor } from '../report/redactor.ts';
import { fillContents, newFindings, type OnMissing } from './contents.ts';
import { judgeHandovers } from './handovers.ts';
import { judgePullSecrets } from './pull-secrets.ts';
import { openClusters, type Session } from './session.ts';
import type { SurveyPorts } from './survey-ports.ts';

/** What a look at the live clusters needs: connections, and the manifests with their secret values. Disposing closes the connections. */
export interface Gathered extends AsyncDisposable {
  session: Session;
  /** Present when every secret value was found that is needed. */
  desired?: Desired[];
  /** Credentials that are missing or cannot be used. */
  findings: Finding[];
  /** What no output may show. */
  secrets: Redactor;
}

/** Whose credentials are gathered. */
export interface GatherInput {
  fleet: Fleet;
  scope: Scope;
  manifests: readonly Manifest[];
  vendorFiles: Record<string, string>;
  /** Places of the declaration, for findings. */
  source?: SourceMap;
  /** What a missing content of a Secret means; default: an error. */
  onMissing?: OnMissing;
}

/** Resolves the credentials of a fleet, in memory. Sends no request but for kubeconfigs that are handed over, which are tried out. */
export async function gather(ports: SurveyPorts, input: GatherInput): Promise<Gathered> {
  const { fleet, scope, manifests, vendorFiles, source, onMissing } = input;
  const session = await openClusters(ports, fleet, scope, source);
  const contents = await fillContents(ports, { fleet, manifests, vendorFiles, scope, ...present({ source, onMissing }) });
  const handovers = await judgeHandovers(ports, {
    fleet,
    scope,
    // A run that stops for a credential sends nothing at all.
    tried: contents.desired !== undefined && session.findings.every(({ severity }) => severity !== 'error'),
    ...present({ source }),
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
    ...present({ desired: contents.desired }),
    findings: redact(findings, secrets),
    secrets,
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}
