import { Duration } from 'aws-cdk-lib';
import { DefinitionBody, type LogOptions, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { importDefinition } from './import-definition.ts';
import type { StepFunctions } from './import-steps.ts';
import { importWaits } from './import-waits.ts';

export interface ImportStateMachineProps {
  readonly functions: StepFunctions;
  /**
   * Where executions are logged, and how much of them.
   * @default - they are not
   */
  readonly logs?: LogOptions;
}

/** The state machine that brings one sealed batch into HealthImaging; the name of an execution is the batch's id. */
export class ImportStateMachine extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { functions, logs }: ImportStateMachineProps) {
    super(scope, id);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      definitionBody: DefinitionBody.fromChainable(importDefinition(this, functions)),
      // Standard: exactly-once steps, task tokens, waits of hours, and names that are unique for 90 days.
      stateMachineType: StateMachineType.STANDARD,
      timeout: Duration.seconds(importWaits.executionTimeoutSeconds),
      tracingEnabled: true,
      ...(logs === undefined ? {} : { logs }),
    });
  }
}
