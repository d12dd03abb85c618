import { describe, expect, it } from 'vitest';
import { deadLetterQueueUrls } from '../../service/cli/commands/dead-letter-urls.ts';
import { text } from './support/policies.ts';
import { resourcesOf, synthesize, variantNames } from './support/variants.ts';

interface Output {
  readonly Value: unknown;
  readonly Description: string;
}

describe.each(variantNames)('the outputs of %s', (name) => {
  const outputs = (): Readonly<Record<string, Output>> => synthesize(name).template.toJSON().Outputs;

  it('name the queues of dead letters as the command line wants them: those from which SQS moves messages back', () => {
    const redriven = resourcesOf(name, 'AWS::SQS::Queue').flatMap(([, { Properties }]) => {
      const policy = Properties?.RedrivePolicy as { readonly deadLetterTargetArn: unknown } | undefined;
      return policy === undefined ? [] : [text(policy.deadLetterTargetArn).replace('.Arn>', '>')];
    });
    const { Value = '', Description = '' } = outputs().DeadLetterQueueUrls ?? {};
    expect(Description).toContain('DEAD_LETTER_QUEUE_URLS');
    expect(redriven).toHaveLength(2);
    expect(text(Value).split(',').sort()).toEqual(redriven.sort());
    // As CloudFormation writes it.
    const written = text(Value).replaceAll(/<(\w+)>/g, 'https://sqs.us-east-1.amazonaws.com/111122223333/$1');
    expect(deadLetterQueueUrls({ DEAD_LETTER_QUEUE_URLS: written })).toHaveLength(2);
  });

  it('name every variable that the command line reads of the pipeline', () => {
    const descriptions = Object.values(outputs()).map(({ Description }) => Description);
    for (const variable of ['BATCHES_TABLE', 'INSTANCES_TABLE', 'STUDIES_TABLE', 'STATE_MACHINE_ARN']) {
      expect(descriptions.filter((one) => one.includes(`(${variable})`))).toHaveLength(1);
    }
  });
});
