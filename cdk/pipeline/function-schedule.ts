import type { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface FunctionScheduleProps {
  readonly target: IFunction;
  readonly every: Duration;
  readonly deadLetters: IQueue;
}

/** Runs a function again and again. One that fails is not run again: the next is due soon and finds what it left. */
export class FunctionSchedule extends Construct {
  constructor(scope: Construct, id: string, { target, every, deadLetters }: FunctionScheduleProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      schedule: Schedule.rate(every),
      targets: [new FunctionTarget(target, { deadLetterQueue: deadLetters, retryAttempts: 0, maxEventAge: every })],
    });
  }
}
