export interface FieldProblem {
  resource: string;
  code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'custom' | 'unprocessable';
  field?: string;
  message?: string;
  contexts?: readonly { context: string; state: string }[];
}

interface More {
  /** Where GitHub has one sentence for each it gives no fields. */
  errors?: readonly (FieldProblem | string)[];
  headers?: Record<string, string>;
  /** Page about it, where it is not that of the operation. */
  documentation?: string;
}

/** An answer that is an error, as GitHub words it. */
export class Problem extends Error {
  readonly status: number;
  readonly errors: readonly (FieldProblem | string)[] | undefined;
  readonly headers: Record<string, string>;
  readonly documentation: string | undefined;

  constructor(status: number, message: string, more: More = {}) {
    super(message);
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
    this.documentation = more.documentation;
  }
}

export function notFound(): Problem {
  return new Problem(404, 'Not Found');
}

/** 422 with the list of what is wrong. */
export function invalid(...errors: FieldProblem[]): Problem {
  return new Problem(422, 'Validation Failed', { errors });
}

/** 422 for what is said in one sentence. */
export function refused(message: string): Problem {
  return new Problem(422, message);
}

export function badCredentials(): Problem {
  return new Problem(401, 'Bad credentials');
}
