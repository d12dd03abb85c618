import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage, CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { projectRoot } from './pipeline/function-code.ts';

/** The image that this repository's Dockerfile builds, at deployment. */
export const builtImage = (architecture: CpuArchitecture): ContainerImage =>
  ContainerImage.fromAsset(projectRoot, {
    platform: architecture === CpuArchitecture.ARM64 ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
  });

/**
 * An image in Amazon ECR, which the task may pull.
 * @param uri `<account>.dkr.ecr.<region>.<suffix>/<repository>:<tag>` or `…@sha256:<digest>`
 */
export function ecrImage(scope: Construct, id: string, uri: string): ContainerImage {
  const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[^/]+\/([^:@]+)[:@](.+)$/.exec(uri);
  const [, account = '', region = '', repositoryName = '', version = ''] = match ?? [];
  const repositoryArn = Stack.of(scope).formatArn({
    service: 'ecr',
    resource: 'repository',
    resourceName: repositoryName,
    account,
    region,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  const repository = Repository.fromRepositoryAttributes(scope, id, { repositoryArn, repositoryName });
  return ContainerImage.fromEcrRepository(repository, version);
}
