// Apart from its users so that they load it when the first command is due.
export { getExecOutput } from '@actions/exec';
