import type { Command } from '../command.ts';
import { completionScript } from '../completion.ts';
import { exitCodes } from '../exit-codes.ts';

/** @param commands the others, this one included */
export const completion = (commands: () => readonly Command[]): Command => ({
  name: 'completion',
  summary: 'A script that completes commands and options in bash or zsh.',
  details: [
    'Load it by `source <(dicom-store-scp completion bash)`, or keep it where your shell looks for such scripts.',
  ],
  positionals: [{ name: 'shell', description: 'For which shell.', required: true, choices: ['bash', 'zsh'] }],
  options: {},
  examples: [
    'completion bash > /etc/bash_completion.d/dicom-store-scp',
    'completion zsh > ~/.zsh/completions/_dicom-store-scp',
  ],
  run: async (given) => {
    const shell = given.positional(0) === 'zsh' ? 'zsh' : 'bash';
    return { exitCode: exitCodes.ok.code, value: undefined, text: completionScript(shell, commands()), raw: true };
  },
});
