import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** One alarm. Its id is also the heading of its runbook. */
export interface AlarmSpec {
  readonly id: string;
  /** What has happened when it goes off, in a sentence. */
  readonly meaning: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** @default '>=' */
  readonly when?: '>=' | '<';
  /**
   * How many periods of the metric in a row.
   * @default 1
   */
  readonly periods?: number;
  /**
   * Whether silence is bad news.
   * @default false
   */
  readonly missingIsBad?: boolean;
}

export interface AlarmSetProps {
  readonly alarms: readonly AlarmSpec[];
  readonly topic: ITopic;
  /** The page with a section for each alarm, named as the alarm is. */
  readonly runbook: string;
}

/** Alarms that tell the topic, each with the place of its runbook. */
export class AlarmSet extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, { alarms, topic, runbook }: AlarmSetProps) {
    super(scope, id);
    const action = new SnsAction(topic);
    this.alarms = alarms.map((spec) => {
      const alarm = new Alarm(this, spec.id, {
        metric: spec.metric,
        threshold: spec.threshold,
        comparisonOperator:
          spec.when === '<'
            ? ComparisonOperator.LESS_THAN_THRESHOLD
            : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: spec.periods ?? 1,
        treatMissingData: spec.missingIsBad === true ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
        alarmDescription: `${spec.meaning} Runbook: ${runbook}#${anchorOf(spec.id)}`,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }
}

/** The anchor that Markdown renderers give to a heading of one word. */
export const anchorOf = (id: string): string => id.toLowerCase();
