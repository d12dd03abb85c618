import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type StudyNotices, silentNotices } from './study-notices.ts';

/**
 * Notices on an SNS topic, as JSON; the attribute `state` is for the filters of subscriptions.
 * @param topicArn undefined when nobody is to be told
 */
export function studyNotices(topicArn: string | undefined): StudyNotices {
  if (topicArn === undefined) return silentNotices;
  const client = new SNSClient({});
  return {
    publish: async (notice) => {
      await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Message: JSON.stringify(notice),
          MessageAttributes: { state: { DataType: 'String', StringValue: notice.state } },
        }),
      );
    },
  };
}
