// Apart from its users so that they load it when the first request is due, and so that a bundler keeps this one class of it.
export { Octokit } from 'octokit';
