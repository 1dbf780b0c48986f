// Separate from its users, so that it is loaded with the first request and a bundler keeps only this class.
export { Octokit } from 'octokit';
