// node route_stats.mjs DATA_DIR OUT_CSV [THREADS]: computes route_stats_daily with DuckDB, writes the contract's CSV, prints {"seconds", "rows"}.
import { readFileSync, writeFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'

const [data, out, threads = '2'] = process.argv.slice(2)
if (!data || !out) {
  console.error('usage: node route_stats.mjs DATA_DIR OUT_CSV [THREADS]')
  process.exit(2)
}

const sql = readFileSync(new URL('route_stats.sql', import.meta.url), 'utf8').replaceAll('${data}', data.replaceAll("'", "''"))
const started = process.hrtime.bigint()
const instance = await DuckDBInstance.create(':memory:', { threads })
const connection = await instance.connect()
const rows = (await connection.runAndReadAll(sql)).getRows()

// Exact quotient, rounded half up to four decimals; empty without a divisor.
const quotient = (dividend, divisor) => {
  if (dividend === null || divisor === 0n) return ''
  const tenThousandths = (dividend * 20000n + divisor) / (divisor * 2n)
  return `${tenThousandths / 10000n}.${String(tenThousandths % 10000n).padStart(4, '0')}`
}

const header = 'stat_date,seller_region,customer_region,sample_count,avg_lead_time_hours,p50_lead_time_hours,p95_lead_time_hours,late_count,late_rate,'
  + 'avg_handling_hours,avg_transit_hours,breach_count,cancelled_count,promised_count,kept_count,on_time_rate\n'
const lines = rows.map(row => {
  const [date, seller, customer, ...numbers] = row
  const [samples, lead, p50, p95, late, handling, handlings, transit, transits, breaches, cancelled, promised, kept] =
    numbers.map(n => (n === null ? null : BigInt(n)))
  return [date, seller, customer, samples, quotient(lead, samples * 3600n), quotient(p50, 3600n), quotient(p95, 3600n), late, quotient(late, samples),
    quotient(handling, handlings * 3600n), quotient(transit, transits * 3600n), breaches, cancelled, promised, kept, quotient(kept, promised)].join(',') + '\n'
})
writeFileSync(out, header + lines.join(''))
console.log(JSON.stringify({ seconds: Number(process.hrtime.bigint() - started) / 1e9, rows: rows.length }))
