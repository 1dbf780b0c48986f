import type { DescribedAbilities } from '../model/abilities.ts';
import type { KubernetesObject, ManagedFieldsEntry, Resource } from '../model/kubernetes.ts';
import type { Problem, Unreadable } from '../model/live.ts';

/** A request that did not get the expected answer. */
export interface ClusterErrorShape {
  cluster: string;
  /** HTTP status, absent when no answer came. */
  status?: number;
  /** The Status object's reason: Conflict, NotFound, Forbidden, Invalid … */
  reason?: string;
  cause: Unreadable | 'not-found' | 'conflict' | 'invalid' | 'gone' | 'throttled';
  /** Fields in conflict (reason FieldManagerConflict): path as the server writes it, and the other manager. */
  fieldConflicts: { field: string; manager: string }[];
}

/** Thrown by every method of Cluster for an answer other than success; `message` is one sentence without headers or bodies. */
export class ClusterError extends Error implements ClusterErrorShape {
  readonly cluster: string;
  override readonly cause: ClusterErrorShape['cause'];
  readonly status?: number;
  readonly reason?: string;
  readonly fieldConflicts: { field: string; manager: string }[];

  constructor(message: string, shape: ClusterErrorShape) {
    super(message);
    this.name = 'ClusterError';
    this.cluster = shape.cluster;
    this.cause = shape.cause;
    if (shape.status !== undefined) this.status = shape.status;
    if (shape.reason !== undefined) this.reason = shape.reason;
    this.fieldConflicts = shape.fieldConflicts;
  }
}

export interface Discovery {
  resources: Resource[];
  /** Groups registered through an APIService that does not answer. */
  unavailableGroups: string[];
  /** gitVersion, e.g. v1.36.3 */
  serverVersion: string;
}

/** An object by resource; `namespace` absent for cluster-scoped kinds. */
export interface Target {
  resource: Resource;
  namespace?: string;
  name: string;
}

export interface ServerSideApplyOptions {
  /** The whole admission chain runs, nothing is stored. */
  dryRun?: boolean;
  /** Take fields away from other managers: only where the approved plan names the conflict. */
  force?: boolean;
  /** Default cn2-fleet. */
  fieldManager?: string;
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubernetesObject;
}

export interface ExecRequest {
  namespace: string;
  pod: string;
  container: string;
  command: string[];
  /** Milliseconds after which the exec is abandoned. */
  deadline: number;
  /** Last line of stdout, which proves that nothing was cut off. */
  sentinel: string;
}

/** How an exec ended: `complete` only with a status frame and the sentinel. */
export type ExecResult =
  | { status: 'complete'; exitCode: number; stdout: string; stderr: string }
  | { status: 'incomplete'; reason: string; stdout: string; stderr: string; refused?: ExecRefusal };

/**
 * Why an exec did not even begin: its API forbids it (RBAC or admission), or what is between does not carry it, as a proxy that knows no
 * WebSockets. Absent for whatever another attempt may change.
 */
export type ExecRefusal = 'forbidden' | 'handshake';

export interface LogRequest {
  namespace: string;
  pod: string;
  container: string;
  /** The rest of a longer one is left out. */
  limitBytes: number;
}

/** Requests since the connection was made. */
export interface RequestCounts {
  total: number;
  /** GET, LIST, WATCH, APPLY, APPLY-DRYRUN, CREATE, DELETE, PATCH, UPDATE, EXEC → count. */
  byVerb: Record<string, number>;
}

/**
 * One cluster's API. Objects are raw JSON. Methods throw ClusterError; `get` answers undefined for 404 of the object
 * (an unknown kind is an error with cause not-found). Retries of reads on 429 and 5xx happen inside; writes are never retried.
 */
export interface Cluster extends AsyncDisposable {
  readonly name: string;
  /** The address that is connected to. */
  readonly server: string;
  discover(): Promise<Discovery>;
  /** What can be done with objects of a kind, as its API describes itself: read, never tried. One request per group and version. */
  abilities(resource: Resource): Promise<DescribedAbilities>;
  /** All objects of a kind, pages joined. `namespace` and selectors narrow it. */
  list(
    resource: Resource,
    options?: { namespace?: string; labelSelector?: string; fieldSelector?: string },
  ): Promise<KubernetesObject[]>;
  get(target: Target): Promise<KubernetesObject | undefined>;
  /**
   * Server-side apply. Preconditions travel in the object: uid and resourceVersion for an update, resourceVersion "1"
   * alone for create-only (it can never be current, so an object that appeared in the meantime is a conflict).
   */
  apply(resource: Resource, object: KubernetesObject, options?: ServerSideApplyOptions): Promise<KubernetesObject>;
  /**
   * Writes who owns what and nothing else: metadata.managedFields as given, on exactly the object of this uid and resourceVersion; one
   * that has moved is a conflict.
   */
  replaceManagedFields(
    target: Target,
    records: { uid: string; resourceVersion: string; managedFields: readonly ManagedFieldsEntry[] },
  ): Promise<KubernetesObject>;
  /** POST. For pods and other objects that are not managed state. */
  create(
    resource: Resource,
    object: KubernetesObject,
    options?: { dryRun?: boolean; fieldManager?: string },
  ): Promise<KubernetesObject>;
  /** PUT with the resourceVersion in the object (Leases, and kinds without server-side apply). */
  update(
    resource: Resource,
    object: KubernetesObject,
    options?: { dryRun?: boolean; fieldManager?: string },
  ): Promise<KubernetesObject>;
  /** DELETE; with preconditions where given. Gone already: no error. */
  delete(
    target: Target,
    options?: {
      uid?: string;
      resourceVersion?: string;
      gracePeriodSeconds?: number;
      propagationPolicy?: 'Background' | 'Foreground';
    },
  ): Promise<void>;
  /** DELETE of all objects of a kind in a namespace that carry a label (`key=value`), in one request; none there: no error. */
  deleteLabelled(resource: Resource, options: { namespace: string; labelSelector: string }): Promise<void>;
  /**
   * Events of a kind from now on (or from resourceVersion), reconnecting with bookmarks; ends when the signal aborts.
   * Without resourceVersion it starts with ADDED for what is there.
   */
  watch(
    resource: Resource,
    options: { namespace?: string; name?: string; labelSelector?: string; signal: AbortSignal },
  ): AsyncIterable<WatchEvent>;
  exec(request: ExecRequest, signal?: AbortSignal): Promise<ExecResult>;
  /** What a container has printed so far: stdout and stderr together. */
  log(request: LogRequest): Promise<string>;
  /** The certificate's subject alternative names at an https address, without sending credentials. Undefined when nothing answers. */
  peerCertificate(server: string): Promise<{ names: string[]; notAfter: string } | undefined>;
  counts(): RequestCounts;
}

/**
 * Makes connections; a kubeconfig that cannot be used is a ClusterError with cause credential. No request is sent. A promise where
 * the client has to be loaded first.
 */
export interface Connector {
  /**
   * `context`: default the kubeconfig's current one. `tracked`: it is a file of the repository that a job runs for, so it may name
   * neither programs nor files. `reveal` hears every value that logs in (token, password, key of a plug-in, login of a proxy) before it
   * is sent for the first time.
   */
  connect(
    name: string,
    kubeconfig: string,
    options?: { context?: string; tracked?: boolean; reveal?(secret: string): void },
  ): Cluster | Promise<Cluster>;
  /** Environment variables that hold credentials of the declaration: no credential plug-in sees them. */
  withhold?(variables: readonly string[]): void;
  /**
   * Sends GET /version, once, with a kubeconfig as it is handed over: undefined where it is answered, else why not. For a kubeconfig
   * that this host may not be able to reach: it gives up soon. Nothing is sent, and nothing found, if a stranger would see the credential.
   */
  tryOut?(name: string, kubeconfig: string, options?: TrialOptions): Promise<Problem | undefined>;
}

export type ConnectOptions = NonNullable<Parameters<Connector['connect']>[2]>;

export interface TrialOptions extends Pick<ConnectOptions, 'reveal'> {
  /** The server may be a stranger's: it must have a certificate that nobody else can get. */
  stranger?: boolean;
}
