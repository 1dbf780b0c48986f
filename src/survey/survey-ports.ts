import type { Clock } from '../ports/clock.ts';
import type { Connector } from '../ports/cluster.ts';
import type { Credentials } from '../ports/credentials.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { Redactor } from '../report/redactor.ts';

/** The outside world of a look at the live clusters. */
export interface SurveyPorts {
  credentials: Credentials;
  connector: Connector;
  clock: Clock;
  reporter: Reporter;
  /** What no output may show; grows while the run goes on. */
  secrets: Redactor;
}
