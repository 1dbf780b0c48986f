// Node strips the types itself (erasable syntax only), so columns in stack traces stay true and no compiler is needed here.
const common = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/support/strip-types.mjs' },
};

export default {
  // The projects run beside each other: what takes half a second on an idle machine may take ten while nodes start.
  testTimeout: 60_000,
  testSequencer: '<rootDir>/test/support/sequence.mjs',
  projects: [
    {
      ...common,
      displayName: 'unit',
      runner: '<rootDir>/test/support/shared-runner.mjs',
      testMatch: ['<rootDir>/test/unit/**/*.test.ts', '<rootDir>/test/property/**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'integration',
      runner: '<rootDir>/test/support/shared-runner.mjs',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/integration-setup.mjs',
      globalTeardown: '<rootDir>/test/support/integration-teardown.mjs',
    },
    {
      ...common,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/e2e-setup.mjs',
      globalTeardown: '<rootDir>/test/support/e2e-teardown.mjs',
    },
  ],
};
