// Separate from its users, so that it is loaded when the first command runs.
export { getExecOutput } from '@actions/exec';
