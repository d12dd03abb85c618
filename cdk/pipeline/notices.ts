import { Aws } from 'aws-cdk-lib';
import { EventField, type EventPattern, Match, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

export interface NoticesProps {
  readonly stateMachine: StateMachine;
  /** Services cannot publish to a topic that a key of AWS encrypts. */
  readonly encryptionKey: IKey;
  /** Where notices go that the topic did not take. */
  readonly deadLetters: IQueue;
}

/**
 * The topic on which people are told what needs their attention: batches of which an instance did not arrive, and
 * alarms. A notice names the batch, whose account is in the ledger; it holds no names and no values of patients.
 */
export class Notices extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { stateMachine, encryptionKey, deadLetters }: NoticesProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      displayName: 'DICOM Store SCP: needs attention',
      masterKey: encryptionKey,
      enforceSSL: true,
    });
    // A topic with a policy of its own takes from alarms only what the policy lets them.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    const batchId = EventField.fromPath('$.detail.name');
    const notice = (name: string, detail: Record<string, unknown>, text: string) =>
      new Rule(this, name, {
        eventPattern: ended(stateMachine, detail),
        targets: [new SnsTopic(this.topic, { message: RuleTargetInput.fromText(text), deadLetterQueue: deadLetters })],
      });
    notice(
      'Failed',
      { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      `Batch ${batchId} was not imported (${EventField.fromPath('$.detail.status')}). The ledger has the reason.`,
    );
    notice(
      'WithFailures',
      // The output is JSON in a string; how the batch ended is in it once.
      { status: ['SUCCEEDED'], output: Match.wildcard('*"status":"completed-with-failures"*') },
      `Batch ${batchId} was imported, but not every instance arrived. The ledger names those that did not.`,
    );
  }
}

const ended = (stateMachine: StateMachine, detail: Record<string, unknown>): EventPattern => ({
  source: ['aws.states'],
  detailType: ['Step Functions Execution Status Change'],
  detail: { stateMachineArn: [stateMachine.stateMachineArn], ...detail },
});
