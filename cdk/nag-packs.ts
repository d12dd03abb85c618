import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks, type NagPack, NIST80053R5Checks } from 'cdk-nag';
import { type Acknowledgement, acknowledgements } from './acknowledgements.ts';

/** One finding on one construct. */
export interface Finding {
  /** As the pack prints it, e.g. `AwsSolutions-IAM5[Resource::*]`. */
  readonly id: string;
  /** The construct's path. */
  readonly path: string;
}

const packsOf = (app: App): readonly NagPack[] => [
  new AwsSolutionsChecks(app),
  new HIPAASecurityChecks(app),
  new NIST80053R5Checks(app),
];

/** Everything that the packs find in an app and that is not acknowledged yet. */
export const findingsIn = (app: App): readonly Finding[] =>
  packsOf(app).flatMap((pack) =>
    pack
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath = '' }) => ({ id: ruleName, path: constructPath })),
      ),
  );

/** The acknowledgement that speaks of a finding. */
export function acknowledgementOf({ id, path }: Finding): Acknowledgement | undefined {
  const [, rule, detail = ''] = /^[A-Za-z0-9.]+-([A-Za-z0-9]+)(?:\[(.*)\])?$/s.exec(id) ?? [];
  return acknowledgements.find(
    (one) => one.rule === rule && one.at.test(path) && (one.finding === undefined || one.finding.test(detail)),
  );
}

/**
 * Has every synthesis judged by the rule packs. Findings that acknowledgements.ts speaks of are acknowledged where they
 * stand, since rules of names that CloudFormation makes cannot be written down beforehand; all others are errors.
 */
export function judge(app: App): void {
  for (const finding of findingsIn(app)) {
    const acknowledgement = acknowledgementOf(finding);
    const construct = app.node.findAll().find(({ node }) => node.path === finding.path);
    if (acknowledgement === undefined || construct === undefined) continue;
    Validations.of(construct).acknowledge({ id: finding.id, reason: acknowledgement.reason });
  }
  Validations.of(app).addPlugins(...packsOf(app));
}
