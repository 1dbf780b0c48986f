/** Work that must not overlap, one queue a name. */
export class Lanes {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const result = before.then(work);
    this.#last.set(
      name,
      result.catch(() => {}),
    );
    return result;
  }
}
