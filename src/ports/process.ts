export interface ProcessResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Other programs. */
export interface Process {
  /** Runs to the end; a program that cannot be started is exit code 127 with the reason in stderr. */
  run(
    command: string,
    args: readonly string[],
    options?: { env?: Record<string, string>; cwd?: string; input?: string; timeout?: number },
  ): Promise<ProcessResult>;
}
