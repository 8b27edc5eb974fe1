const { onAskedBackend } = require('./test/onAskedBackend.cjs');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: '<rootDir>/test/environment.cjs',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json' }] },
  // Sources import each other as './x.js', as Node resolves them once compiled.
  // Examples import the package by its name.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', '^tfjs-inception$': '<rootDir>/src/index.ts' },
  // Ends what hangs. The longest tests train for half a minute, on a slow or busy machine for several.
  testTimeout: 600_000,
  maxWorkers: 2,
  ...onAskedBackend(process.env.INCEPTION_TEST_BACKEND),
};
