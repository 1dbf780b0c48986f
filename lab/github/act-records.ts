/** A line of `act --json` on its standard output, as far as this project reads it (act's pkg/runner/logger.go, step.go, command.go). */
export interface ActRecord {
  msg: string;
  level: string;
  jobID?: string;
  /** Path of a step: ids of the steps around it, then its own; a step without an id has its number. */
  stepID?: string[];
  stage?: string;
  /** What a step printed, not what act says. */
  raw_output?: boolean;
  stepResult?: string;
  jobResult?: string;
  /** Nanoseconds. */
  executionTime?: number;
  /** A workflow command that a step printed, or `set-output` and `summary` for what it wrote into the runner's files. */
  command?: string;
  kvPairs?: Record<string, string>;
  arg?: string;
  /** The printed line of a command. */
  raw?: string;
  /** Name of an output. */
  name?: string;
  /** Markdown of a summary. */
  content?: string;
}

/** What act-shell.sh prints at the end of a step: act drops a last line that has no newline. */
const END = '\u0004';

/** A line of act as a record; text that is not a record (an error of act itself) becomes a message. */
export function actRecord(line: string): ActRecord {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && 'msg' in value) {
      const record = value as ActRecord;
      return record.arg?.endsWith(END) ? { ...record, arg: record.arg.slice(0, -1) } : record;
    }
  } catch {
    // not JSON: said by act before its logger was set up
  }
  return { msg: line, level: 'error' };
}

/** The line that a step printed; undefined for what act itself says and for commands that a runner swallows. */
export function printedLine(record: ActRecord): string | undefined {
  const text = record.raw_output === true ? record.msg : record.command === 'add-mask' ? undefined : record.raw;
  const line = text?.replace(/\r?\n$/, '');
  if (line === undefined || line === END) return undefined;
  return line.endsWith(END) ? line.slice(0, -1) : line;
}

/** The value that a step asked to hide with `::add-mask::`. */
export function maskedValue(record: ActRecord): string | undefined {
  return record.command === 'add-mask' && record.arg !== '' ? record.arg : undefined;
}

/** Path of the record's step as one text: 'fleet/run'. */
export function stepPath(record: ActRecord): string | undefined {
  return record.stepID?.join('/');
}
