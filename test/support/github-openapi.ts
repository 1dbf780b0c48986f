import type { FullExchange } from '../../lab/github/exchange.ts';
import type { Twin } from '../../lab/github/twin.ts';
import { GitHubSchemas } from './github-openapi-schemas.ts';

/** Compares what goes over the wire with GitHub's own description of its API. */
export interface OpenApiRecorder {
  /** Checks all exchanges so far; throws with the list of what is wrong, and where nothing was recorded at all. */
  assertValid(): void;
  /** `27 requests and 31 answers checked, 3 skipped: …`, of what was checked so far. */
  summary(): string;
  stop(): void;
}

let description: Promise<GitHubSchemas> | undefined;

/** 13 MB of JSON are read once a test file. */
function loaded(): Promise<GitHubSchemas> {
  description ??= GitHubSchemas.load();
  return description;
}

/** Records every API exchange of a twin from now on. */
export async function recordOpenApi(twin: Pick<Twin, 'watch'>): Promise<OpenApiRecorder> {
  const schemas = await loaded();
  const waiting: FullExchange[] = [];
  const checker = new Checker(schemas);
  const stop = twin.watch((exchange) => {
    if (exchange.kind === 'api') waiting.push(exchange);
  });
  return {
    assertValid() {
      for (const exchange of waiting.splice(0)) checker.check(exchange);
      if (checker.requests + checker.answers === 0) throw new Error('no exchange was checked against the description of the API');
      if (checker.faults.length > 0) throw new Error(`not as GitHub describes it:\n${checker.faults.join('\n')}`);
    },
    summary: () => checker.summary(),
    stop,
  };
}

class Checker {
  requests = 0;
  answers = 0;
  readonly faults: string[] = [];
  readonly #skipped = new Map<string, number>();
  readonly #schemas: GitHubSchemas;

  constructor(schemas: GitHubSchemas) {
    this.#schemas = schemas;
  }

  check(exchange: FullExchange): void {
    const { method, template, fault, responseBody } = exchange;
    if (template === undefined) {
      this.#skip(fault === undefined ? 'no REST operation' : `fault ${fault}`);
    } else if (this.#schemas.queryNames(method, template) === undefined) {
      this.faults.push(`${method} ${template}: GitHub has no such operation`);
    } else {
      // A request that was refused need not be well formed: the answer is what counts there.
      if (statusOf(exchange) >= 400) this.#skip('request that was refused');
      else this.#checkRequest(exchange, template);
      this.#checkAnswer(method, template, statusOf(exchange), responseBody);
    }
  }

  summary(): string {
    const skipped = [...this.#skipped].map(([why, count]) => `${why} ${count}`);
    const total = [...this.#skipped.values()].reduce((sum, count) => sum + count, 0);
    return `${this.requests} requests and ${this.answers} answers checked, ${total} skipped${total === 0 ? '' : `: ${skipped.join(', ')}`}`;
  }

  #checkRequest(exchange: FullExchange, template: string): void {
    const { method, query, requestBody } = exchange;
    this.requests++;
    const names = this.#schemas.queryNames(method, template) ?? [];
    for (const name of new URLSearchParams(query).keys())
      if (!names.includes(name)) this.faults.push(`${method} ${template}: GitHub has no query parameter ${name}`);
    if (requestBody === '') return;
    const validate = this.#schemas.requestBody(method, template);
    if (validate === undefined) this.faults.push(`${method} ${template}: GitHub expects no body`);
    else if (!validate(JSON.parse(requestBody))) this.#fault(`${method} ${template} request`, validate.errors);
  }

  #checkAnswer(method: string, template: string, status: number, body: string): void {
    const validate = this.#schemas.responseBody(method, template, status);
    if (validate === undefined) {
      const described = this.#schemas.describes(method, template, status);
      if (status < 300 && !described) this.faults.push(`${method} ${template}: GitHub never answers ${status}`);
      else if (status < 300 && body !== '') this.faults.push(`${method} ${template}: GitHub answers ${status} without a body`);
      else if (body === '') this.answers++;
      else this.#skip(`answer ${status} without a schema`);
      return;
    }
    this.answers++;
    if (!validate(JSON.parse(body))) this.#fault(`${method} ${template} answer ${status}`, validate.errors);
  }

  #fault(where: string, errors: unknown): void {
    this.faults.push(`${where}: ${JSON.stringify(errors)}`);
  }

  #skip(why: string): void {
    this.#skipped.set(why, (this.#skipped.get(why) ?? 0) + 1);
  }
}

/** What the twin answered, whether or not a fault kept the answer back. */
function statusOf(exchange: FullExchange): number {
  return exchange.answered ?? exchange.status;
}
