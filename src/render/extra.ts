import { CORE } from '../cn2/names.ts';
import { sha256 } from '../declare/digest.ts';
import { pointer } from '../declare/pointer.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import type { RenderIndex, StageId } from '../model/manifest.ts';
import { mirrorOwner } from '../plan/managed.ts';
import { type ExtraDocument, extraDocuments } from './extra-documents.ts';
import { extraFindings } from './extra-findings.ts';
import { withoutServerFields } from './extra-object.ts';
import type { Draft } from './manifest.ts';

/** The user's own objects, on their way to becoming manifests. */
export interface ExtraDrafts {
  /** Of the stages that they share with what keys render; they come first there. */
  core: Draft[];
  /** Of the stage of their own. */
  others: Draft[];
  sources: RenderIndex['sources'];
  findings: Finding[];
}

/**
 * Renders the user's own manifests: objects of CN2's core API in the stage of the networks that may refer to them (routers in that of
 * routers), all else after everything.
 */
export function extraDrafts(fleet: Fleet, extraFiles: Readonly<Record<string, string>>): ExtraDrafts {
  const { documents, findings } = extraDocuments(fleet, extraFiles);
  findings.push(...documents.flatMap((document) => extraFindings(fleet, document)));
  const drafts = documents.map((document) => draft(fleet, document));
  const sources = Object.entries(extraFiles).map(([file, text]) => ({ file, digest: sha256(text) }));
  const isOther = ({ stage }: Draft) => stage === '95-extra';
  return { core: drafts.filter((each) => !isOther(each)), others: drafts.filter(isOther), sources, findings };
}

function draft(fleet: Fleet, { cluster, entry, object, at }: ExtraDocument): Draft {
  const { namespace } = object.metadata;
  return {
    cluster,
    stage: stageOf(object),
    // What is on the central cluster for the networks of another one goes with that.
    for: (cluster === fleet.central.name ? mirrorOwner(fleet, namespace) : undefined) ?? cluster,
    declaredAt: pointer('extra', entry),
    object: withoutServerFields(object),
    at,
  };
}

function stageOf({ apiVersion, kind }: KubernetesObject): StageId {
  if (groupOf(apiVersion) !== CORE) return '95-extra';
  return kind === 'VirtualNetworkRouter' ? '90-routers' : '80-networks';
}
