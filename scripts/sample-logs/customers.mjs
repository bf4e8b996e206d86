/** The shops that call the API: who they are, whose API key they use, and how often they call. */
import { createRandom, createSampler, zipf } from './random.mjs';
import { BATCH_CUSTOMER, CUSTOMERS } from './story.mjs';

/**
 * @typedef {{ id: string, plan: string, apiKeyId: string, addresses: string[], userAgent: string }} Customer
 */

/** The integrator whose one API key 96 shops share, the batch customer among them. */
export const SHARED_KEY = {
  apiKeyId: 'k7tq2m9xf4',
  customers: 96,
  addresses: ['203.0.113.65', '203.0.113.66', '203.0.113.67'],
};
const OTHER_INTEGRATOR = { apiKeyId: 'p3hw8c5vd1', customers: 160, addresses: ['198.51.100.33', '198.51.100.34'] };

const AGENTS = createSampler([
  ['HarbourSDK-js/2.9.0', 30],
  ['HarbourSDK-php/1.14.2', 24],
  ['HarbourSDK-python/2.3.1', 15],
  ['okhttp/4.12.0', 9],
  ['python-requests/2.32.3', 8],
  ['axios/1.7.7', 6],
  ['Go-http-client/2.0', 4],
  ['Java-http-client/21.0.4', 3],
  ['curl/8.5.0', 1],
]);

/**
 * @returns all customers by role; `others` samples those who do not use the shared key, few of them calling much more than the rest
 */
export function makeCustomers() {
  const random = createRandom('customers');
  const ids = Array.from({ length: CUSTOMERS }, (_, i) => `cust-${String(i + 1).padStart(5, '0')}`);
  const shuffled = random.shuffle(ids.filter((id) => id !== BATCH_CUSTOMER));

  /** @type {Customer} */
  const batch = {
    id: BATCH_CUSTOMER,
    plan: 'partner',
    apiKeyId: SHARED_KEY.apiKeyId,
    addresses: SHARED_KEY.addresses.slice(0, 1),
    userAgent: 'TideSync/5.1.2 (batch)',
  };
  const sharing = shuffled.slice(0, SHARED_KEY.customers - 1).map((id) => ({
    ...batch,
    id,
    addresses: SHARED_KEY.addresses,
    userAgent: 'TideSync/5.1.2',
  }));
  const rest = shuffled.slice(SHARED_KEY.customers - 1).map((id, i) => makeOther(id, i));
  return { batch, sharing, others: rest, sampleOther: createSampler(zipf(random.shuffle(rest), 8)) };

  /**
   * @param {string} id
   * @param {number} i
   * @returns {Customer}
   */
  function makeOther(id, i) {
    if (i < OTHER_INTEGRATOR.customers) {
      const { apiKeyId, addresses } = OTHER_INTEGRATOR;
      return { id, plan: 'partner', apiKeyId, addresses, userAgent: 'LanternPOS/8.0.4' };
    }
    const addresses = Array.from(
      { length: random.chance(0.2) ? 2 : 1 },
      () => `198.${random.integer(18, 19)}.${random.integer(0, 255)}.${random.integer(1, 254)}`,
    );
    const apiKeyId = random.text('abcdefghijkmnpqrstuvwxyz0123456789', 10);
    return {
      id,
      plan: random.chance(0.3) ? 'growth' : 'starter',
      apiKeyId,
      addresses,
      userAgent: AGENTS(random.next()),
    };
  }
}
