/** The vault as the window sees it: whether there is one, whether it is open, and what stands in the way. */
import { call, failureFrom, type Failure } from '../api/bridge';
import type { VaultStatus } from '../api/generated/VaultStatus';

class Session {
  status = $state.raw<VaultStatus>();
  failure = $state.raw<Failure>();
  /** True from the making of a vault until its recovery code was typed back or put off. */
  settingUp = $state(false);

  async refresh(): Promise<void> {
    try {
      this.status = await call('vault.status', {});
      this.failure = undefined;
    } catch (thrown) {
      this.failure = failureFrom(thrown);
    }
  }

  /** The vault was opened in another way than by this computer's keyring, which may be let to open it from now on. */
  offerKeyring = $state(false);

  /** A vault that was just opened begins at Home. */
  opened(status: VaultStatus, offerKeyring = false): void {
    this.offerKeyring = offerKeyring;
    this.failure = undefined;
    this.status = status;
    location.hash = '';
  }

  async lock(): Promise<void> {
    this.offerKeyring = false;
    try {
      this.status = await call('vault.lock', {});
    } catch (thrown) {
      this.failure = failureFrom(thrown);
    }
  }
}

export const session = new Session();

/** A vault that closed behind our back (by a timer, by another window) brings the lock screen. */
export function noticeFailure(failure: Failure): void {
  if (failure.code.includes('locked')) void session.refresh();
}
