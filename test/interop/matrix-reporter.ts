import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Prints what every peer did: a line for each, and under it a line for each case. */
export default class MatrixReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const peers = new Map<string, TestCase[]>();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const peer = test.parent.type === 'suite' ? test.parent.name : module.moduleId;
        peers.set(peer, [...(peers.get(peer) ?? []), test]);
      }
      for (const error of module.errors()) process.stdout.write(`${module.moduleId}: ${error.stack}\n`);
    }
    for (const [peer, tests] of peers) {
      process.stdout.write(`\n${peer}\n`);
      for (const test of tests) process.stdout.write(`${lineOf(test)}\n`);
    }
  }
}

function lineOf(test: TestCase): string {
  const { state, errors } = test.result();
  const mark = state === 'passed' ? 'ok    ' : 'FAILED';
  return [`  ${mark} ${test.name}`, ...(errors ?? []).map(({ message }) => `         ${message}`)].join('\n');
}
