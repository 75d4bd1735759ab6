using Gatehouse.Audit;
using Gatehouse.Policy;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Stages;

/// <summary>
/// Is there something in the request that must not go on? Today: MCP Apps, marked parameters that the headers do not
/// mirror, arguments that do not fit the tool's schema, and handles that belong to somebody else. Detectors of content join here.
/// </summary>
public sealed class InspectRequestStage(IStateHandles handles) : IStage
{
    /// <summary>False only for the range's naive twin.</summary>
    internal bool ChecksArguments { get; private init; } = true;

    /// <inheritdoc />
    public string Name => "inspect-request";

    /// <inheritdoc />
    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return ValueTask.FromResult(Judge(exchange));
    }

    /// <summary>For the range alone: the same stage without a look at the schemas.</summary>
    internal InspectRequestStage WithoutSchemasForRange() => new(handles) { ChecksArguments = false };

    private StageOutcome Judge(Exchange exchange)
    {
        if (exchange.Message is not { } message) return StageOutcome.Continue;
        if (ResourceUri.IsApp(message.Text(Slot.ParamsUri)))
        {
            exchange.Record.Add(new AuditPart("detection", "deny", "mcp-app"));
            return StageOutcome.Deny(NotFound.Refusal(exchange, PolicyTarget.Resource, Reasons.AppsDenied.Slug));
        }

        if (message.Has(Slot.MetaTraceparent) && !TraceParent.IsValid(message)) return StageOutcome.Deny(Reasons.InvalidMessage, "traceparent"); // H32
        if (exchange.IsModern && exchange.Head.Verb is not null)
        {
            var outcome = message.Method == "tools/call" ? CheckMarkedParameters(exchange, message) : UnknownParametersAreSound(exchange);
            if (outcome.Refusal is not null) return outcome;
        }

        if (ChecksArguments && ArgumentCheck.Apply(exchange, message) is { Refusal: not null } misfit) return misfit;
        NoteSubscription(exchange, message);
        return StateHandleCheck.Apply(exchange, message, handles); // last: it puts the server's own state into the message
    }

    // Before it goes on, so that no update overtakes it.
    private static void NoteSubscription(Exchange exchange, ProvenMessage message)
    {
        if (exchange.Session is not { } session || message.Text(Slot.ParamsUri) is not { } uri) return;
        if (message.Method == "resources/subscribe") session.Live.Subscriptions.Add(uri);
        if (message.Method == "resources/unsubscribe") session.Live.Subscriptions.Remove(uri);
    }

    // The definition is the one that authorize found by the name in the catalogue; without one nothing can be checked.
    private static StageOutcome CheckMarkedParameters(Exchange exchange, ProvenMessage message)
    {
        if (exchange.Tool is null) return StageOutcome.Deny(Reasons.DefinitionMissing);
        foreach (var parameter in exchange.Tool.Headers)
        {
            if (!Agrees(exchange, message, parameter))
                return StageOutcome.Deny(Reasons.HeaderBodyMismatch, parameter.HeaderName);
        }

        return UnknownParametersAreSound(exchange);
    }

    // T16: present on both sides and equal, or absent on both; null counts as absent.
    private static bool Agrees(Exchange exchange, ProvenMessage message, ParameterHeader parameter)
    {
        var header = parameter.HeaderName;
        if (exchange.Head.Count(header) > 1) return false;
        var value = exchange.Head.Single(header);
        var present = parameter.TryGetValue(message, out var range) && !range.Of(message.Bytes.Span).SequenceEqual("null"u8);
        return present
            ? value is not null && MirroredHeader.Matches(value, range.Of(message.Bytes.Span))
            : value is null;
    }

    // T17, T19: unknown ones go on untouched, whatever the method, so they must be single and clean. The threat: a value that cannot be
    // written into a request fails there, and looks like a failing server (CWE-20).
    private static StageOutcome UnknownParametersAreSound(Exchange exchange)
    {
        foreach (var (name, value) in exchange.Head.WithPrefix(HeaderNames.ParameterPrefix))
        {
            if (exchange.Head.Count(name) > 1 || !MirroredHeader.HasValidCharacters(value))
                return StageOutcome.Deny(Reasons.HeaderBodyMismatch, "Mcp-Param-*");
        }

        return StageOutcome.Continue;
    }
}
