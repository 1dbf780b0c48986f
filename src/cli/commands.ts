// What every command but the help and the lab needs, loaded in one go.
export { cleanUpAfter } from './clean-up.ts';
export { maskedCredentials, revealEnvironment } from './masked-credentials.ts';
export { runInvocation } from './run.ts';
export { surroundingsOf } from './surroundings.ts';
