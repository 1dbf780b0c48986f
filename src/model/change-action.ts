/** What is done to an object. A replace is never carried out: it says that the object cannot become what is declared in place. */
export type ChangeAction = 'create' | 'update' | 'delete' | 'adopt' | 'restart' | 'replace';
