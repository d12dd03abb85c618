import {
  Annotations,
  BootstraplessSynthesizer,
  CfnParameter,
  type CfnParameterProps,
  type IStackSynthesizer,
} from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { FunctionCode } from '../pipeline/functions.ts';
import { ScpStack } from '../scp-stack.ts';

/** A stack for those who do not use CDK: what CDK's app is told by context, this one is told by parameters. */
export class TemplateStack extends ScpStack {
  constructor(scope: Construct, id: string, description: string) {
    super(scope, id, { description, synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer });
  }

  text(name: string, description: string, rules: Omit<CfnParameterProps, 'description' | 'type'> = {}): string {
    return new CfnParameter(this, name, { type: 'String', description, ...rules }).valueAsString;
  }

  /** A parameter whose value the console offers a list of, e.g. `AWS::EC2::VPC::Id`. */
  resource(name: string, type: string, description: string): string {
    return new CfnParameter(this, name, { type, description }).valueAsString;
  }

  count(name: string, description: string, rules: Omit<CfnParameterProps, 'description' | 'type'>): number {
    return new CfnParameter(this, name, { type: 'Number', description, ...rules }).valueAsNumber;
  }

  /** Code of the functions that has been put into a bucket of the stack's region: `<prefix><function>.zip`. */
  publishedCode(): FunctionCode {
    const bucket = Bucket.fromBucketName(
      this,
      'CodeBucket',
      this.text('FunctionCodeBucket', 'Bucket in this region that the code of the functions was put into'),
    );
    // A release has a prefix of its own: its code does not change.
    Annotations.of(bucket).acknowledgeWarning('@aws-cdk/aws-lambda:codeFromBucketObjectVersionNotSpecified');
    const prefix = this.text('FunctionCodePrefix', 'Where in that bucket: empty, or ending in a slash', {
      default: '',
      allowedPattern: '^$|^.*/$',
    });
    return (name) => Code.fromBucketV2(bucket, `${prefix}${name}.zip`);
  }
}
