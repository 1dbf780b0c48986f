import { isInJob } from '../adapters/actions/job.ts';
import { terminalReporter } from '../adapters/terminal/reporter.ts';
import { COLOURS } from '../adapters/terminal/style.ts';
import { PLAIN, type Style } from '../model/style.ts';
import { pageWithoutSecrets } from '../page/page-document.ts';
import { guardedWriter, neutralise, neutraliseJson } from '../report/github/neutralise.ts';
import { Redactor } from '../report/redactor.ts';
import { failureText, type ToldFailure } from '../verbs/failure.ts';
import type { Invocation } from '../verbs/verb.ts';
import { discreetReporter } from './discreet-reporter.ts';

/** A stream of the process, as far as it is written to. */
export interface Stream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** What the process shows with. */
export interface Streams {
  stdout: Stream;
  stderr: Stream;
  environment: Readonly<Record<string, string | undefined>>;
}

/** Both streams, which nothing reaches that is secret or, in a workflow, would be a command to the runner. */
export class Screen {
  /** What no output of this run may show; every text passes it where it leaves the process. */
  readonly secrets = new Redactor();
  readonly #streams: Streams;
  readonly #writeError: (text: string) => unknown;
  #coloured = true;

  constructor(streams: Streams) {
    const { stderr, environment } = streams;
    this.#streams = streams;
    const write = (text: string) => stderr.write(text);
    this.#writeError = isInJob(environment) ? guardedWriter(write) : write;
  }

  /** Progress of a command; from here on its wish for colours counts. */
  reporterFor(invocation: Invocation): ReturnType<typeof terminalReporter> {
    this.#coloured = !invocation.on('no-color');
    const { stderr } = this.#streams;
    const terminal = {
      write: (text: string) => this.#sayError(text),
      ...(stderr.isTTY === true && stderr.columns !== undefined ? { columns: stderr.columns } : {}),
    };
    const style = this.#style(stderr);
    return discreetReporter(
      terminalReporter(terminal, style, () => Date.now(), invocation.on('quiet')),
      this.secrets,
    );
  }

  /** The style of a document on stdout. */
  get style(): Style {
    return this.#style(this.#streams.stdout);
  }

  /** A document as it leaves: without secrets; in a workflow no name in it may start a command of the runner. */
  print(made: string, format: string | undefined): void {
    const { stdout, environment } = this.#streams;
    if (format === 'html') {
      // Its data has no command in it, whatever the names are.
      stdout.write(pageWithoutSecrets(made, this.secrets));
      return;
    }
    const isJson = format === 'json' || format === 'sarif';
    const text = isJson ? this.secrets.json(made) : this.secrets.text(made);
    // Of format github these are commands, made for the runner and escaped by who made them.
    if (!isInJob(environment) || format === 'github') stdout.write(text);
    else stdout.write(isJson ? neutraliseJson(text) : neutralise(text));
  }

  /** What went wrong. */
  fail(failure: ToldFailure): void {
    this.#sayError(failureText(failure, this.#style(this.#streams.stderr)));
  }

  #sayError(text: string): void {
    this.#writeError(this.secrets.text(text));
  }

  #style({ isTTY }: Stream): Style {
    return this.#coloured && isTTY === true && this.#streams.environment['NO_COLOR'] === undefined ? COLOURS : PLAIN;
  }
}
