import { App, Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { type AslDefinition, renderedFunctionArn } from './asl-definition.ts';
import { ImportStateMachine } from './import-state-machine.ts';
import { stepFunctions } from './import-steps.ts';

/**
 * The definition that CDK emits for the import's state machine, in a stack that is thrown away. What runs on a laptop
 * and in tests is therefore what is deployed.
 */
export function renderDefinition(): AslDefinition {
  const stack = new Stack(new App(), 'Rendered');
  const functions = Object.fromEntries(
    stepFunctions.map((name) => [name, LambdaFunction.fromFunctionArn(stack, name, renderedFunctionArn(name))]),
  ) as ConstructorParameters<typeof ImportStateMachine>[2]['functions'];
  const { stateMachine } = new ImportStateMachine(stack, 'Import', { functions });
  const resource = stateMachine.node.defaultChild;
  if (!(resource instanceof CfnStateMachine)) throw new Error('the state machine has no CloudFormation resource');
  return JSON.parse(textOf(stack.resolve(resource.definitionString))) as AslDefinition;
}

/** What a stack resolves a definition to: text, or pieces of text and references that CloudFormation would join. */
type Resolved = string | { readonly 'Fn::Join': readonly ['', readonly (string | { readonly Ref: string })[]] };

const textOf = (resolved: Resolved): string =>
  typeof resolved === 'string' ? resolved : resolved['Fn::Join'][1].map(partOf).join('');

function partOf(part: string | { readonly Ref: string }): string {
  if (typeof part === 'string') return part;
  if (part.Ref === 'AWS::Partition') return 'aws';
  throw new Error(`the definition refers to ${part.Ref}`);
}
