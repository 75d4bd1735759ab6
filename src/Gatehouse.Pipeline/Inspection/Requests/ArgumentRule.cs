using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Inspection.Requests;

/// <summary>
/// The rule that arguments match their definition's schema (H18, TP-04), so that a server with weak checks receives only arguments of the declared
/// form. The caller receives each place, its rule and the expected form. The log gets the keyword and its place in the schema. Neither gets the
/// value.
/// </summary>
internal sealed class ArgumentRule : IRequestRule
{
    public string Name => "arguments";

    public bool JudgesEdited => true;

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        new(Judge(exchange, message));

    private static RuleVerdict Judge(Exchange exchange, ValidatedMessage message)
    {
        // The rule of protection changes the arguments. They are compared with their schema as they are forwarded.
        if (exchange.IsSchemaLater) return RuleVerdict.Pass;
        // Threat: some servers carry out a call without an id (CWE-436).
        if (message.Kind is not (MessageKind.Request or MessageKind.Notification)) return RuleVerdict.Pass;
        return message.Method switch
        {
            "tools/call" => Decide(exchange, OfTool(exchange, message), "input-schema"),
            "prompts/get" => Decide(exchange, OfPrompt(exchange, message), "prompt-arguments"),
            _ => RuleVerdict.Pass,
        };
    }

    // Design rule 10: the authorize stage has found the definition by the name. A check that needs one and has none refuses.
    private static SchemaViolation? OfTool(Exchange exchange, ValidatedMessage message)
    {
        if (exchange.Tool is not { } tool) return SchemaViolation.Unusable;
        if (message.Has(EnvelopeMember.ParamsArguments) && !message.IsObject(EnvelopeMember.ParamsArguments)) return SchemaViolation.NoObject;
        return tool.Input?.CheckArguments(message, exchange.Work);
    }

    // MCP 2025-11-25, server/prompts: arguments are texts, and the required ones are present.
    private static SchemaViolation? OfPrompt(Exchange exchange, ValidatedMessage message)
    {
        if (exchange.Prompt is not { } prompt) return null;
        var bytes = message.Bytes.Span;
        if (message.Has(EnvelopeMember.ParamsArguments) && !message.IsObject(EnvelopeMember.ParamsArguments)) return SchemaViolation.NoObject;
        List<InstanceLocation> missing = [];
        // The server chose how many there are.
        var names = NullArguments.NamesOf(bytes, message.Range(EnvelopeMember.ParamsArguments));
        foreach (var required in prompt.Required)
        {
            if (missing.Count >= ArgumentFaults.Most) break;
            if (!names.Contains(required)) missing.Add(ArgumentFaults.Of("", "required", $"lacks the member \"{required}\""));
        }

        if (missing.Count > 0) return new SchemaViolation("", "required", "required") { Places = missing };
        return message.Has(EnvelopeMember.ParamsArguments) ? FirstThatIsNoText(bytes, message.Range(EnvelopeMember.ParamsArguments)) : null;
    }

    private static SchemaViolation? FirstThatIsNoText(ReadOnlySpan<byte> bytes, ByteRange arguments)
    {
        foreach (var member in JsonWalk.Members(bytes, arguments))
        {
            if (bytes[member.Value.Start] == (byte)'"') continue;
            var place = Place(JsonWalk.String(bytes, member.Name)!);
            return new SchemaViolation(place, "type", "type: not a text") { Places = [ArgumentFaults.Of(place, "type", "is not of type string")] };
        }

        return null;
    }

    // RFC 6901.
    private static string Place(string name) => "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static RuleVerdict Decide(Exchange exchange, SchemaViolation? deviation, string check)
    {
        if (deviation is null) return RuleVerdict.Pass;
        if (exchange.Server.Schemas.Input != EnforcementMode.Enforce)
        {
            exchange.Record.Add(deviation.PartOf(AuditOutcome.Warn, check));
            return RuleVerdict.Pass;
        }

        var refusal = new Refusal(Reasons.ArgumentsRefused, check)
        { Places = deviation.Places, IsToolResult = deviation.Places.Count > 0 && AnswersAsATool(exchange) };
        return RuleVerdict.Refuse(refusal) with { Part = deviation.PartOf(AuditOutcome.Deny, check) };
    }

    // SEP-1303 is about tools; for prompts the specification requires a protocol error. In the legacy era a call that asks for a task is answered by
    // the task or an error, and a client that waits for a task accepts no other result (MCP 2025-11-25, tasks).
    private static bool AnswersAsATool(Exchange exchange) =>
        exchange.Message is { Method: "tools/call", Kind: MessageKind.Request } call && (exchange.IsModern || !call.Has(EnvelopeMember.ParamsTask));
}
