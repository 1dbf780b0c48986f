import * as z from 'zod';
import { agree } from '../../model/agree.schema.ts';
import { DOCTOR_AREAS, DOCTOR_STATES, type DoctorDocument } from '../../model/doctor.ts';

const doctorSchema = agree<DoctorDocument>()(
  z
    .object({
      schemaVersion: z.literal(1),
      declaration: z.string(),
      fleet: z.string().exactOptional(),
      emulated: z.literal(true).describe('CN2 is emulated on the central cluster').exactOptional(),
      checks: z.array(
        z.object({
          area: z.enum(DOCTOR_AREAS),
          subject: z.string().describe('what it is about: a cluster, a credential, a file, a setting'),
          state: z
            .enum(DOCTOR_STATES)
            .describe('remark: a run works all the same; to-do: a run fails without it; unknown: it cannot be told from here'),
          seen: z.string(),
          remedy: z.string().describe('what to do about it, or where to look').exactOptional(),
          command: z.string().describe('does it, in the folder in which doctor ran').exactOptional(),
          cluster: z.string().exactOptional(),
          missing: z.array(z.string()).describe('rights that the identity of the kubeconfig lacks').exactOptional(),
        }),
      ),
    })
    .meta({ title: 'cn2-fleet doctor', description: 'What cn2-fleet doctor --format json prints.' }),
);

export const documents = { doctor: doctorSchema };
