// Traces for whoever configured a collector. Owns starting and stopping OpenTelemetry; attributes are ids and codes, never contents.
import { context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { SERVER_VERSION } from '../version.ts';
import type { Log } from './log.ts';

/** Stops sending traces; what is still in memory is sent, or given up when the collector does not answer. */
export type StopTracing = () => Promise<void>;

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;
/** Seconds since 1970 and nanoseconds of the second. */
export type Moment = [seconds: number, nanoseconds: number];

interface SpanPlace {
  /** The span that this one is a part of. */
  readonly parent?: Span;
  /** When it began; now when left out. */
  readonly at?: Moment;
}

/** How long stopping waits for the collector. */
const LAST_TRACES_MS = 2000;

const tracer = () => trace.getTracer('countersign', SERVER_VERSION);

/**
 * Starts sending traces when OTEL_EXPORTER_OTLP_ENDPOINT (or its traces variant) is set; does nothing otherwise. All OTEL_*
 * settings of the SDK for traces count. [OPS-12]
 */
export async function startTracing(env: NodeJS.ProcessEnv, log: Log): Promise<StopTracing> {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined || endpoint === '' || env.OTEL_SDK_DISABLED === 'true') return async () => undefined;
  // Half a second of start-up and 20 MB: loaded by those who asked for it.
  const [{ NodeSDK }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const sdk = new NodeSDK({
    serviceName: env.OTEL_SERVICE_NAME ?? 'countersign',
    traceExporter: new OTLPTraceExporter(),
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
    // The default ones read command lines and environments, which are nobody else's business.
    autoDetectResources: false,
  });
  sdk.start();
  log.info('traces are sent', { endpoint: new URL(endpoint).origin });
  return async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('the collector did not answer in time')), LAST_TRACES_MS);
    });
    try {
      await Promise.race([sdk.shutdown(), late]);
    } catch (error) {
      // A collector that is away must not keep the server from stopping in order.
      log.error('the last traces could not be sent', error);
    } finally {
      clearTimeout(timer);
      trace.disable();
      context.disable();
    }
  };
}

/** A span that the caller ends: of a trace of its own, or as a part of another one. With no collector it records nothing. */
export function startSpan(name: string, attributes: SpanAttributes, { parent, at }: SpanPlace = {}): Span {
  const active = context.active();
  const options = at === undefined ? { attributes } : { attributes, startTime: at };
  return tracer().startSpan(name, options, parent === undefined ? active : trace.setSpan(active, parent));
}

/** Ends a span, as failed when `fault` says how. */
export function endSpan(span: Span, attributes: SpanAttributes, fault?: string, at?: Moment): void {
  span.setAttributes(attributes);
  if (fault !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: fault });
  span.end(at);
}

/** Runs work as part of a span. */
export const within = <T>(span: Span, work: () => T): T => context.with(trace.setSpan(context.active(), span), work);

/** Ids of the span that runs now, for log lines. */
export function traceIds(): { readonly traceId?: string; readonly spanId?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId };
}
