// Apart from its users so that they load it only in a workflow, and so that a bundler keeps these two of it.
export { setOutput, summary } from '@actions/core';
