import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Desired, Manifest, SecretContent } from '../model/manifest.ts';
import type { Scope } from '../model/scope.ts';
import { contentKey, contentsNeeded, credentialOf, toDesired, vendorSecretData } from '../render/desired.ts';
import { KubeconfigError, rewriteServer } from '../render/kubeconfig.ts';
import type { Redactor } from '../report/redactor.ts';
import { revealCredential, secretsIn } from '../report/secret-values.ts';
import { credentialFinding } from './session.ts';
import type { SurveyPorts } from './survey-ports.ts';

export interface Contents {
  /** Present when every secret value was found. */
  desired?: Desired[];
  findings: Finding[];
  /** Docker configurations by the cluster whose pull secret they are, for rule E21. */
  pullSecrets: Map<string, string>;
}

/** What a missing value means: an error, or that the Secrets with it are not compared, which is a warning. */
export type OnMissing = 'error' | 'not-compared';

/** Whose values are wanted, and from where. */
export interface ContentsInput {
  fleet: Fleet;
  manifests: readonly Manifest[];
  vendorFiles: Record<string, string>;
  scope: Scope;
  source?: SourceMap;
  onMissing?: OnMissing;
}

/** Finds the values of the secrets among the manifests in scope and fills them in, in memory. */
export async function fillContents(
  ports: Pick<SurveyPorts, 'credentials' | 'secrets'>,
  { fleet, manifests, vendorFiles, scope, source, onMissing = 'error' }: ContentsInput,
): Promise<Contents> {
  const values = new Map<string, string>();
  const missing = new Set<string>();
  const result: Contents = { findings: [], pullSecrets: new Map() };
  for (const content of contentsNeeded(manifests.filter((manifest) => scope.has(manifest.for)))) {
    if (content.type === 'manifest') {
      const data = vendorSecretData(vendorFiles, content.file, content.namespace, content.name ?? '');
      for (const base64 of Object.values(data)) revealData(ports.secrets, base64);
      values.set(contentKey(content), JSON.stringify(data));
      continue;
    }
    const credential = credentialOf(fleet, content);
    if (credential === undefined) continue;
    const pointer = pointerOf(fleet, content);
    const value = await ports.credentials.resolve(credential.ref);
    if (value.status === 'missing') {
      const found = credentialFinding(source, pointer, content.cluster, credential.ref, value.reason);
      result.findings.push(onMissing === 'error' ? found : asNotCompared(found));
      missing.add(contentKey(content));
      continue;
    }
    revealCredential(ports.secrets, value.value);
    if (content.type === 'pull-secret') {
      result.pullSecrets.set(content.cluster ?? fleet.central.name, value.value);
      values.set(contentKey(content), value.value);
      continue;
    }
    try {
      const kubeconfig = rewriteServer(value.value, credential.ref.context, credential.server ?? '');
      revealCredential(ports.secrets, kubeconfig);
      values.set(contentKey(content), kubeconfig);
    } catch (error) {
      if (!(error instanceof KubeconfigError)) throw error;
      result.findings.push({
        ...credentialFinding(source, pointer, content.cluster, credential.ref, `${content.cluster}: ${error.message}`),
        rule: 'E19',
      });
    }
  }
  // What is out of scope is not compared, so it needs no value; it still has to be known as desired, or it would be deleted.
  const without = (content: SecretContent) => (content.type === 'manifest' ? '{}' : '');
  const isMissing = (content: SecretContent) => missing.has(contentKey(content));
  if (result.findings.every(({ severity }) => severity !== 'error'))
    result.desired = toDesired(manifests, (content) =>
      isMissing(content) ? undefined : (values.get(contentKey(content)) ?? without(content)),
    );
  return result;
}

function asNotCompared(found: Finding): Finding {
  return {
    ...found,
    severity: 'warning',
    message: `${found.message}: the Secrets with it are not compared, the apply does that`,
  };
}

/**
 * A value of a vendor's Secret, as it is there and decoded, and what is secret in it. It is of a file in git: words, which a branch
 * could choose so that the report does not say what it does, are not hidden.
 */
function revealData(secrets: Redactor, base64: string): void {
  const decoded = Buffer.from(base64, 'base64').toString('utf8');
  secrets.distrust([base64, ...secretsIn(decoded)]);
  secrets.reveal(base64);
  revealCredential(secrets, decoded);
}

/** A kubeconfig that is used twice, to connect and to hand over, is one finding: the one of the connection. */
export function newFindings(known: readonly Finding[], findings: readonly Finding[]): Finding[] {
  const key = ({ cluster, file, line, column }: Finding) => JSON.stringify([cluster, file, line, column]);
  // A warning says something else than the error at the same place.
  const seen = new Set(known.filter(({ severity }) => severity === 'error').map(key));
  return findings.filter((finding) => !seen.has(key(finding)));
}

/** JSON pointer of the reference behind a content. */
function pointerOf(fleet: Fleet, content: Exclude<SecretContent, { type: 'manifest' }>): string {
  const position = fleet.distributed.findIndex(({ name }) => name === content.cluster);
  const distributed = fleet.distributed[position];
  if (content.type === 'pull-secret')
    return distributed?.pullSecret === undefined ? '/release/pullSecret' : `/distributed/${position}/pullSecret`;
  const [cluster, base] = distributed === undefined ? [fleet.central, '/central'] : [distributed, `/distributed/${position}`];
  return `${base}/${cluster.handover === undefined ? 'kubeconfig' : 'handover'}`;
}
