/** What is done with an object. */
export type ChangeAction = 'create' | 'update' | 'delete' | 'adopt' | 'restart' | 'replace';
