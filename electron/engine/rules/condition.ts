import { parseAddressRange } from '../../../shared/address';
import type { Filter, NumericOperator } from '../../../shared/rule';
import { join, type Sql, sql } from '../workspace/sql';
import type { Dialect } from './dialect';
import type { EventTable, FieldExpression } from './event-table';

/**
 * The condition that a filter puts on the rows of a table: true where it matches; false or NULL, which WHERE takes for
 * the same, where it does not. Nothing here negates a condition, so that no NULL turns into true.
 */
export function compileFilter(filter: Filter, table: EventTable, dialect: Dialect): Sql {
  if ('any' in filter) return anyOf(filter.any.map((inner) => compileFilter(inner, table, dialect)));
  const field = table.field(filter.field);
  if (filter.operator === 'IsPresent') {
    if (field === null) return filter.operand ? sql`FALSE` : sql`TRUE`;
    const value = field.integer ?? field.text;
    return filter.operand ? sql`${value} IS NOT NULL` : sql`${value} IS NULL`;
  }
  if (field === null) return sql`FALSE`;
  if ('operand' in filter) return compareNumber(field, filter.operator, filter.operand);
  const { operands } = filter;
  switch (filter.operator) {
    case 'In':
      return isOneOf(field, operands);
    case 'NotIn':
      return isNoneOf(field, operands);
    case 'StartsWith':
      return anyOf(operands.map((operand) => dialect.startsWith(field.text, operand)));
    case 'EndsWith':
      return anyOf(operands.map((operand) => dialect.endsWith(field.text, operand)));
    case 'Contains':
      return anyOf(operands.map((operand) => dialect.contains(field.text, operand)));
    case 'Matches':
      return anyOf(operands.map((operand) => dialect.matches(field.text, operand)));
    case 'InCidr': {
      const ranges = operands.map(parseAddressRange).filter((range) => range !== null);
      return dialect.isInRange(field.text, ranges);
    }
  }
}

const comparisons: Record<NumericOperator, Sql> = {
  EqualTo: sql`=`,
  NotEqualTo: sql`<>`,
  GreaterThan: sql`>`,
  GreaterThanOrEqualTo: sql`>=`,
  LessThan: sql`<`,
  LessThanOrEqualTo: sql`<=`,
};

function compareNumber(field: FieldExpression, operator: NumericOperator, operand: number): Sql {
  const comparison = comparisons[operator];
  // Below 2^53 a whole number compares with integers as it does with their doubles, and DuckDB can skip row groups.
  if (field.integer !== null && Number.isSafeInteger(operand)) {
    return sql`${field.integer} ${comparison} ${operand}`;
  }
  // As text: bound as a number, 1e300 counts as whole and does not fit.
  return sql`${field.number} ${comparison} CAST(${String(operand)} AS DOUBLE)`;
}

function isOneOf(field: FieldExpression, operands: readonly string[]): Sql {
  if (field.integer === null) return sql`${field.text} IN (${bindAll(operands)})`;
  const integers = operands.filter(isIntegerText);
  return integers.length === 0 ? sql`FALSE` : sql`${field.integer} IN (${bindIntegers(integers)})`;
}

function isNoneOf(field: FieldExpression, operands: readonly string[]): Sql {
  if (field.integer === null) return sql`${field.text} NOT IN (${bindAll(operands)})`;
  const integers = operands.filter(isIntegerText);
  if (integers.length === 0) return sql`${field.integer} IS NOT NULL`;
  return sql`${field.integer} NOT IN (${bindIntegers(integers)})`;
}

/** Whether a text is how a BIGINT prints; any other equals no integer's text. */
export function isIntegerText(text: string): boolean {
  return /^(?:0|-?[1-9][0-9]{0,18})$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

function bindAll(operands: readonly string[]): Sql {
  return join(
    operands.map((operand) => sql`${operand}`),
    ', ',
  );
}

function bindIntegers(operands: readonly string[]): Sql {
  return join(
    operands.map((operand) => sql`CAST(${operand} AS BIGINT)`),
    ', ',
  );
}

function anyOf(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`FALSE` : sql`(${join(conditions, ' OR ')})`;
}
