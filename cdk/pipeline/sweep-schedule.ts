import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { sweepIntervalSeconds } from './events.ts';

export interface SweepScheduleProps {
  readonly sweep: IFunction;
  readonly deadLetters: IQueue;
}

/** Runs the sweeper. One that fails is not run again: the next is due soon and finds what this one left. */
export class SweepSchedule extends Construct {
  constructor(scope: Construct, id: string, { sweep, deadLetters }: SweepScheduleProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      schedule: Schedule.rate(Duration.seconds(sweepIntervalSeconds)),
      targets: [
        new FunctionTarget(sweep, {
          deadLetterQueue: deadLetters,
          retryAttempts: 0,
          maxEventAge: Duration.seconds(sweepIntervalSeconds),
        }),
      ],
    });
  }
}
