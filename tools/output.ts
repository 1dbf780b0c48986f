type Chunk = Buffer | string;

/** One of several sources of text. */
export interface Part {
  write: (chunk: Chunk) => void;
  /** Nothing more comes from it. */
  end: () => void;
}

interface State {
  held: Chunk[];
  ended: boolean;
}

/**
 * Several sources that write at the same time, shown one after another in the order in which they were opened: the first at once, the
 * text of each other when those before it have ended.
 */
export class Output {
  readonly #show: (chunk: Chunk) => void;
  readonly #waiting: State[] = [];

  constructor(show: (chunk: Chunk) => void) {
    this.#show = show;
  }

  /** Opens the next source. */
  part(): Part {
    const state: State = { held: [], ended: false };
    this.#waiting.push(state);
    return {
      write: (chunk) => {
        state.held.push(chunk);
        this.#flush();
      },
      end: () => {
        state.ended = true;
        this.#flush();
      },
    };
  }

  #flush(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      for (const chunk of first.held.splice(0)) this.#show(chunk);
      if (!first.ended) return;
      this.#waiting.shift();
    }
  }
}
