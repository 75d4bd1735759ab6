using System.Diagnostics;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>
/// The flow of every exchange: accept → authenticate → validate → session → resolve → authorize → limit → inspect request → the steps of
/// <see cref="AdmissionSteps"/>, approve among them → forward → inspect response, with record around all of them.
/// </summary>
public sealed class GatewayPipeline
{
    private readonly PipelineParts parts;
    private readonly Step[] steps;
    private readonly StageRunner stages;
    private readonly AdmissionChecks checks;
    private readonly MessageRelay relay;
    private readonly ExchangeEnding ending;
    private readonly IExchangeRegistry registry;
    private readonly TimeProvider time;
    private readonly Action<string, Exception> fault;

    /// <summary>Builds the pipeline.</summary>
    /// <param name="parts">The stages.</param>
    /// <param name="registry">Exchanges in progress.</param>
    /// <param name="time">The clock.</param>
    /// <param name="fault">Receives the exchange id and the exception of an internal fault.</param>
    /// <exception cref="InvalidOperationException">A security stage is missing: the message names each.</exception>
    public GatewayPipeline(PipelineParts parts, IExchangeRegistry registry, TimeProvider time, Action<string, Exception> fault)
        : this(parts, registry, time, fault, mustBeComplete: true)
    {
    }

    private GatewayPipeline(
        PipelineParts parts, IExchangeRegistry registry, TimeProvider time, Action<string, Exception> fault, bool mustBeComplete)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (mustBeComplete) parts.RequireComplete();
        this.parts = parts;
        this.registry = registry;
        this.time = time;
        this.fault = fault;
        stages = new StageRunner(parts);
        relay = new MessageRelay(parts, time);
        checks = new AdmissionChecks(parts, registry, stages, relay);
        ending = new ExchangeEnding(parts, time, fault);
        steps =
        [
            new(parts.Accept, static run => run.OnAccepted()),             // only headers: no body is read for an unknown caller
            new(parts.Authenticate, static run => run.OnAuthenticated()), // before the first byte of the body
            new(parts.Validate, static run => run.OnValidated()),          // before any later stage relies on the content of the message
            new(parts.Session, static run => run.OnSessionKnown()),        // needs the caller, and determines the revision
            new(parts.Resolve),                                           // so that the decision is about the message that is forwarded
            new(parts.Authorize),                                         // needs all of the above
            new(parts.Limit),                                             // only permitted messages are charged
            new(parts.InspectRequest),                                    // the most expensive, so only for permitted messages within limits
        ];
    }

    /// <summary>False only for a pipeline of the range with a double in it.</summary>
    public bool IsComplete => parts.Replaced.Count == 0;

    /// <summary>Builds the pipeline of a host; it is incomplete if the range replaced parts.</summary>
    internal static GatewayPipeline Of(PipelineParts parts, IExchangeRegistry registry, TimeProvider time, Action<string, Exception> fault) =>
        parts.Replaced.Count == 0 ? new(parts, registry, time, fault) : new(parts, registry, time, fault, mustBeComplete: false);

    /// <summary>The sessions that the stages open; the transport seals event ids with the same object.</summary>
    internal ISessions Sessions => parts.Sessions;

    /// <summary>Names of the stages in order, as <c>gatehouse pipeline show</c> prints them.</summary>
    public static IReadOnlyList<string> StageNames { get; } =
        ["accept", "authenticate", "validate", "session", "resolve", "authorize", "limit", "inspect-request", "approve", "forward",
            "inspect-response", "record"];

    /// <summary>Runs one exchange to its end. Does not throw for anything that a client or server can do.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="reply">The client's side.</param>
    /// <param name="clientGone">Signalled when the client closed its connection.</param>
    public async Task RunAsync(Exchange exchange, IReply reply, CancellationToken clientGone)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(reply);
        using var span = PipelineTelemetry.Start(exchange);
        using var run = new ExchangeRun(exchange, reply, time, fault, clientGone);
        using var conversation = new ConversationHold(parts.Conversations, exchange);
        Refusal? refusal;
        try
        {
            run.Enter(registry);
            refusal = await RunStagesAsync(run).ConfigureAwait(false) ?? await AdmitAndForwardAsync(run).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            refusal = ending.RefusalFor(run, e);
        }

        await ending.EndAsync(run, refusal).ConfigureAwait(false);
        PipelineTelemetry.Finish(span, exchange, parts.Pseudonyms);
    }

    private async ValueTask<Refusal?> RunStagesAsync(ExchangeRun run)
    {
        foreach (var step in steps)
        {
            if (await stages.RunAsync(run, step.Stage).ConfigureAwait(false) is { } refusal) return refusal;
            step.Then?.Invoke(run);
        }

        return null;
    }

    // One method, so that an exchange that waits for the log and then for the server has one state machine for both.
    private async ValueTask<Refusal?> AdmitAndForwardAsync(ExchangeRun run)
    {
        var exchange = run.Exchange;
        using var hold = new ServerHold(run);
        foreach (var step in AdmissionSteps.InOrder)
        {
            var admission = await step.Run(checks, run).ConfigureAwait(false);
            if (admission.Ends) return admission.Refusal;
        }

        run.Life.Expect(exchange.Server.FirstByte, "limits.firstByte");
        run.Life.HasSent = true;
        var sent = Stopwatch.GetTimestamp();
        var upstream = await parts.Forward.SendAsync(exchange, run.Token).ConfigureAwait(false);
        parts.Measures.Record(ForwardStage.Name, sent);
        await using (upstream.ConfigureAwait(false))
        {
            if (upstream.Kind != UpstreamReplyKind.Stream) run.Life.Expect(TimeSpan.Zero);
            exchange.Record.Check(ForwardStage.Name, passed: true);
            await relay.RelayAsync(run, upstream).ConfigureAwait(false);
        }

        // If the server declines to end a session, the session continues.
        if (exchange is { Session: { } session, Intent: ExchangeIntent.EndSession } && upstream.Kind == UpstreamReplyKind.SessionEnded)
            await parts.Sessions.EndAsync(session).ConfigureAwait(false);
        return null;
    }

    /// <summary>A stage, and the action of the run after the stage let the exchange pass.</summary>
    private readonly record struct Step(IStage Stage, Action<ExchangeRun>? Then = null);
}
