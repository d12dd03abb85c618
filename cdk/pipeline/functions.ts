import { Aws, Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  CfnFunction,
  type Code,
  type Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import {
  type PipelineFunctionName,
  type PipelineVariable,
  pipelineFunctionNames,
  pipelineFunctions,
} from '../../core/pipeline-functions.ts';
import { type LogSettings, logGroup } from '../log-group.ts';
import { metricsNamespace } from '../monitoring/metrics-namespace.ts';
import { bundling, depsLockFilePath, handlerFile, projectRoot } from './function-code.ts';

/** Where functions run that reach AWS through a VPC. */
export interface FunctionPlacement {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroup: ISecurityGroup;
}

/** Where the code of a function comes from. */
export type FunctionCode = (name: PipelineFunctionName) => Code;

export interface PipelineFunctionsProps {
  readonly variables: Readonly<Partial<Record<PipelineVariable, string>>>;
  readonly grants: Readonly<Record<PipelineFunctionName, readonly PolicyStatement[]>>;
  readonly logs: LogSettings;
  /**
   * The VPC whose endpoints the functions use.
   * @default - they run in no VPC and reach the services' public endpoints by TLS
   */
  readonly placement?: FunctionPlacement;
  /**
   * Where spans are sent by OTLP over HTTP.
   * @default - X-Ray alone knows what the functions did
   */
  readonly otlpEndpoint?: string;
  /**
   * Bundled code that lies elsewhere.
   * @default - it is bundled with esbuild from `lambdas/`
   */
  readonly code?: FunctionCode;
}

/** The functions of the pipeline, each with a role of its own that may do what its code does. */
export class PipelineFunctions extends Construct {
  readonly byName: Readonly<Record<PipelineFunctionName, LambdaFunction>>;

  constructor(scope: Construct, id: string, props: PipelineFunctionsProps) {
    super(scope, id);
    const { variables, placement, code, logs, otlpEndpoint } = props;
    const create = (name: PipelineFunctionName): LambdaFunction => {
      const { memoryMb, timeoutSeconds } = pipelineFunctions[name];
      const logsOf = logGroup(this, `${name}-logs`, logs);
      const role = new Role(this, `${name}-role`, {
        description: `Runs the function ${name} of the import pipeline`,
        assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      });
      const statements = [
        new PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [logsOf.logGroupArn],
        }),
        ...(placement === undefined ? [] : [networkInterfaces()]),
        ...props.grants[name],
      ];
      for (const statement of statements) role.addToPolicy(statement);
      const fn = new NodejsFunction(this, name, {
        ...(code === undefined
          ? { entry: handlerFile(name), projectRoot, depsLockFilePath, bundling, handler: 'handler' }
          : { code: code(name), handler: 'index.handler' }),
        runtime: Runtime.NODEJS_24_X,
        architecture: Architecture.ARM_64,
        memorySize: memoryMb,
        timeout: Duration.seconds(timeoutSeconds),
        role,
        logGroup: logsOf,
        loggingFormat: LoggingFormat.JSON,
        tracing: Tracing.ACTIVE,
        awsSdkConnectionReuse: false,
        environment: {
          NODE_OPTIONS: '--enable-source-maps',
          POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(this),
          ...(otlpEndpoint === undefined ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint }),
          ...environmentOf(name, variables),
        },
        ...(placement === undefined
          ? {}
          : { vpc: placement.vpc, vpcSubnets: placement.vpcSubnets, securityGroups: [placement.securityGroup] }),
      });
      if (logs.encryptionKey !== undefined) {
        // The Function construct would let the role encrypt, too; at run time it only reads its variables.
        const resource = fn.node.defaultChild;
        if (!(resource instanceof CfnFunction)) throw new Error(`${name} has no CloudFormation resource`);
        resource.kmsKeyArn = logs.encryptionKey.keyArn;
        role.addToPolicy(decryptVariables(logs.encryptionKey.keyArn));
      }
      return fn;
    };
    this.byName = Object.fromEntries(pipelineFunctionNames.map((name) => [name, create(name)])) as Record<
      PipelineFunctionName,
      LambdaFunction
    >;
  }
}

function environmentOf(
  name: PipelineFunctionName,
  variables: PipelineFunctionsProps['variables'],
): Record<string, string> {
  return Object.fromEntries(
    pipelineFunctions[name].variables.flatMap((variable) => {
      const value = variables[variable];
      return value === undefined ? [] : [[variable, value]];
    }),
  );
}

/** What Lambda does in the role's name to put a function into a VPC; EC2 knows no narrower resource for it. */
const networkInterfaces = (): PolicyStatement =>
  new PolicyStatement({
    actions: [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
  });

const decryptVariables = (keyArn: string): PolicyStatement =>
  new PolicyStatement({
    actions: ['kms:Decrypt'],
    resources: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `lambda.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
  });
