/** Who sees to it: the stack, or the customer with what the stack gives for it. */
export type Owner = 'product' | 'customer' | 'both';

/** One line of the control matrix in docs/security.md. */
export interface Control {
  readonly subject: string;
  /** What is done, in a sentence or two. */
  readonly control: string;
  readonly owner: Owner;
  /** Files that do it: paths in this repository. */
  readonly by: readonly string[];
  /** Tests that would fail without it: a file, and words of the test's name. */
  readonly provenBy: readonly Proof[];
}

export interface Proof {
  readonly file: string;
  readonly test: string;
}

/** A heading of the matrix, with its lines. */
export interface ControlSection {
  readonly title: string;
  readonly controls: readonly Control[];
}

export const proof = (file: string, test: string): Proof => ({ file: `test/cdk/${file}.test.ts`, test });
