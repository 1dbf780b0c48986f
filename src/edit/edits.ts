/** A value is set; mappings above it that are missing are made. What is there already is left as it is. */
export interface SetEdit {
  edit: 'set';
  /** JSON pointer. */
  path: string;
  /** Plain JSON. */
  value: unknown;
  /** Goes on lines of its own above what is set: without `#`, of several lines where it is long. */
  comment?: string;
}

/** An entry is added to a list, which is made where it is missing. A list that holds an equal one is left as it is. */
export interface AppendEdit {
  edit: 'append';
  /** JSON pointer of the list. */
  path: string;
  value: unknown;
  /** Members by which entries are told apart: another entry with the same ones refuses the edit. */
  key?: readonly string[];
  comment?: string;
}

/** A key or an entry is taken out, with the comment on its line; the ones above it stay. Where there is none nothing is done. */
export interface RemoveEdit {
  edit: 'remove';
  path: string;
  /** Mappings and lists above it that are empty then go as well. */
  prune?: true;
}

/** A change that is asked of a text. Its path is one of the text that the edits before it have left. */
export type Edit = SetEdit | AppendEdit | RemoveEdit;

/** What was asked and not done, and why: a sentence for people. */
export interface Refusal {
  edit: Edit;
  reason: string;
}

/** The text after the edits. A refused edit has changed nothing. */
export interface Edited {
  text: string;
  refused: Refusal[];
}
