/**
 * Where a share stands, in words. A stop has three honest ends: confirmed by a signed statement, refused, or silence. Green belongs to the
 * first alone.
 */
import type { GrantState } from '../api/generated/GrantState';

export type Tone = 'brand' | 'wait' | 'good' | 'bad' | 'plain';
export type Section = 'active' | 'waiting' | 'ended';

export interface Outcome {
  tone: Tone;
  section: Section;
  /** Two or three words. */
  short: string;
  /** What is true now, and what the person can rely on. */
  plain: string;
}

export const OUTCOMES: Record<GrantState, Outcome> = {
  queued: {
    tone: 'wait',
    section: 'waiting',
    short: 'Waiting to be sent',
    plain: 'You signed this share. It has not left this computer yet, and goes out the next time the partner can be reached.',
  },
  sent: {
    tone: 'wait',
    section: 'waiting',
    short: 'Sent, no receipt yet',
    plain: 'The data has left. The partner has not confirmed with a signed receipt yet.',
  },
  active: {
    tone: 'brand',
    section: 'active',
    short: 'Active',
    plain: 'The partner holds exactly what you shared and confirmed it with a signed receipt.',
  },
  rejected: {
    tone: 'bad',
    section: 'ended',
    short: 'Refused by the partner',
    plain: 'The partner refused. The reason it gave is in the timeline.',
  },
  receipt_invalid: {
    tone: 'bad',
    section: 'waiting',
    short: 'Receipt does not fit',
    plain: 'The partner answered with a receipt that does not match what you shared. You can stop this share now.',
  },
  expiring: {
    tone: 'wait',
    section: 'waiting',
    short: 'Ended, deletion to come',
    plain: 'This share reached its last day. The partner must now delete the data and say so.',
  },
  revoking: {
    tone: 'wait',
    section: 'waiting',
    short: 'Stopped here, partner not heard yet',
    plain: 'You stopped this share. Nothing more leaves this computer. The partner has not confirmed yet.',
  },
  stopped: {
    tone: 'wait',
    section: 'waiting',
    short: 'Stopped, deletion to come',
    plain: 'The partner confirmed that it stopped using the data. Its statement about deletion is still to come.',
  },
  partial: {
    tone: 'bad',
    section: 'waiting',
    short: 'Deletion not complete',
    plain: 'The partner sent a deletion statement that does not cover everything it received.',
  },
  erased: {
    tone: 'good',
    section: 'ended',
    short: 'Deletion confirmed',
    plain: 'The partner signed a statement that everything you shared is deleted.',
  },
  erased_with_retention: {
    tone: 'wait',
    section: 'ended',
    short: 'Deleted, some kept by law',
    plain: 'The partner signed a statement that it deleted the data, except for what a law makes it keep. What and until when is listed below.',
  },
  overdue: {
    tone: 'bad',
    section: 'waiting',
    short: 'Silent past the deadline',
    plain: 'The partner let its deadline pass without an answer. Nothing proves that the data is deleted. You can now complain to the authority.',
  },
  cancelled: {
    tone: 'plain',
    section: 'ended',
    short: 'Cancelled before sending',
    plain: 'You stopped this share before anything left this computer.',
  },
};
