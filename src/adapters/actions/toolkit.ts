// Separate from its users, so that they load it only in a workflow and a bundler keeps only these two functions.
export { setOutput, summary } from '@actions/core';
