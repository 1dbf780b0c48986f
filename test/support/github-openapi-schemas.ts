import { Ajv, type ValidateFunction } from 'ajv';
import { openApiText } from './github-openapi-file.ts';

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: { type?: string };
}

interface Operation {
  parameters?: (Parameter | Reference)[];
  requestBody?: { content?: Record<string, unknown> };
  responses: Record<string, Response | Reference>;
}

interface Response {
  content?: Record<string, { schema?: unknown }>;
}

interface Reference {
  $ref: string;
}

interface Description {
  paths: Record<string, Record<string, Operation>>;
}

const JSON_TYPE = 'application/json';

/** What GitHub's description says of requests and answers, as validators that are compiled when they are first asked for. */
export class GitHubSchemas {
  readonly #description: Description;
  readonly #ajv: Ajv;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(text: string) {
    const description = JSON.parse(text) as Description;
    // ajv refuses `nullable` beside anything but a `type`; as an alternative it means the same.
    this.#description = nullableAsAlternative(description) as Description;
    this.#ajv = new Ajv({ strict: false, validateFormats: false, allErrors: false });
    this.#ajv.addSchema(this.#description as object, 'gh');
  }

  static async load(): Promise<GitHubSchemas> {
    return new GitHubSchemas(await openApiText());
  }

  /** Names of the query parameters of an operation; undefined where the description has no such operation. */
  queryNames(method: string, template: string): string[] | undefined {
    const operation = this.#operation(method, template);
    if (operation === undefined) return undefined;
    const parameters = (operation.parameters ?? []).map((parameter) => this.#resolve(parameter) as Parameter);
    return parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  }

  /** Undefined where no body is described. */
  requestBody(method: string, template: string): ValidateFunction | undefined {
    if (this.#operation(method, template)?.requestBody?.content?.[JSON_TYPE] === undefined) return undefined;
    return this.#compile(`${pathOf(method, template)}/requestBody/content/${escaped(JSON_TYPE)}/schema`);
  }

  /** Undefined where no body is described for this status. */
  responseBody(method: string, template: string, status: number): ValidateFunction | undefined {
    const response = this.#operation(method, template)?.responses[status];
    if (response === undefined) return undefined;
    const shared = '$ref' in response ? response.$ref : undefined;
    const resolved = this.#resolve(response) as Response;
    if (resolved.content?.[JSON_TYPE]?.schema === undefined) return undefined;
    return this.#compile(`${shared ?? `${pathOf(method, template)}/responses/${status}`}/content/${escaped(JSON_TYPE)}/schema`);
  }

  /** Whether an answer with this status is described at all. */
  describes(method: string, template: string, status: number): boolean {
    return this.#operation(method, template)?.responses[status] !== undefined;
  }

  #operation(method: string, template: string): Operation | undefined {
    return this.#description.paths[template]?.[method.toLowerCase()];
  }

  #resolve(node: object): unknown {
    if (!('$ref' in node)) return node;
    let current: unknown = this.#description;
    for (const part of String(node.$ref).slice(2).split('/')) {
      current = (current as Record<string, unknown>)[part.replaceAll('~1', '/').replaceAll('~0', '~')];
    }
    return current;
  }

  #compile(pointer: string): ValidateFunction {
    const there = this.#validators.get(pointer);
    if (there !== undefined) return there;
    const validator = this.#ajv.compile({ $ref: `gh${pointer}` });
    this.#validators.set(pointer, validator);
    return validator;
  }
}

function pathOf(method: string, template: string): string {
  return `#/paths/${escaped(template)}/${method.toLowerCase()}`;
}

function escaped(text: string): string {
  return text.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
}

function nullableAsAlternative(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(nullableAsAlternative);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, nullableAsAlternative(value)]));
  if (copy['nullable'] !== true) return copy;
  const { nullable: _, ...schema } = copy;
  return { anyOf: [schema, { type: 'null' }] };
}
