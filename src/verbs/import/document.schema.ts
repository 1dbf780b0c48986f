import * as z from 'zod';
import { agree } from '../../model/agree.schema.ts';
import { findingSchema } from '../../model/finding.schema.ts';
import type { ImportDocument } from '../../model/import.ts';

const importSchema = agree<ImportDocument>()(
  z
    .object({
      schemaVersion: z.literal(1),
      declaration: z.string(),
      written: z.array(z.string()).describe('files that were written; none beside errors'),
      release: z.object({ version: z.string(), images: z.record(z.string(), z.string()) }).exactOptional(),
      manifests: z
        .object({
          folder: z.string(),
          own: z
            .array(z.object({ cluster: z.string(), folder: z.string() }))
            .describe('clusters that another folder fits better'),
          differs: z.array(z.string()).describe('files that Juniper has not published for this release'),
        })
        .describe("the folder of the vendor's manifests that fits")
        .exactOptional(),
      clusters: z.array(
        z.object({
          name: z.string(),
          role: z.enum(['central', 'distributed']),
          status: z.enum(['known', 'unknown']),
          reason: z.string().describe('why it could not be read').exactOptional(),
          uid: z.string().describe('of its namespace kube-system').exactOptional(),
        }),
      ),
      counts: z.object({
        namespaces: z.int(),
        networks: z.int(),
        connections: z.int(),
        extra: z.int(),
        patches: z.int(),
      }),
      adopted: z.int().describe('objects that the next plan adopts without a change'),
      notCompared: z.int().describe('Secrets that are compared when the credentials of the declaration are set'),
      remaining: z
        .array(
          z.object({
            cluster: z.string(),
            action: z.enum(['create', 'update', 'delete', 'adopt', 'restart', 'replace']),
            kind: z.string(),
            namespace: z.string().exactOptional(),
            name: z.string(),
            fields: z.array(z.string()),
          }),
        )
        .describe('what the next plan would change all the same'),
      findings: z.array(findingSchema),
      next: z.array(z.string()).describe('what is left to do by hand, in order'),
    })
    .meta({ title: 'cn2-fleet import', description: 'What cn2-fleet import --format json prints.' }),
);

export const documents = { import: importSchema };
