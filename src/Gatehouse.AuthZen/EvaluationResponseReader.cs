using System.Collections.Immutable;
using System.Text.Json;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Rules;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.AuthZen;

/// <summary>
/// The reader of answers by OpenID AuthZEN Authorization API 1.0 §5.5, §6.2 and §7.2. Threat: a decision point, or an attacker in front of it,
/// answers so that one parser reads a permit and another does not. An answer that could be read in two ways is no decision.
/// </summary>
internal static class EvaluationResponseReader
{
    // Words from the specification's examples that explain a decision and require nothing. Every other member in the context of a permit may be a
    // condition of it (§5.5: a client that does not understand the context may reject the decision).
    private static readonly string[] Explaining = ["reason", "reason_admin", "reason_user"];

    private static readonly MessageLimits Limits = MessageLimits.Default with { MaxDepth = 32, MaxMembers = 256, MaxValues = 65_536 };

    /// <summary>Reads a single answer.</summary>
    /// <exception cref="DecisionFaultException">It is no answer.</exception>
    public static EvaluationResponse Single(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        return Read(document.RootElement);
    }

    /// <summary>Reads the answers in the order of the questions; there must be exactly as many.</summary>
    /// <exception cref="DecisionFaultException">Their number differs, or one is no answer.</exception>
    public static EvaluationResponse[] Many(ReadOnlyMemory<byte> body, int count)
    {
        using var document = Parse(body);
        if (!document.RootElement.TryGetProperty("evaluations", out var evaluations) || evaluations.ValueKind != JsonValueKind.Array)
            throw new DecisionFaultException("there is no array of decisions");
        if (evaluations.GetArrayLength() != count) throw new DecisionFaultException("there is another number of decisions than of questions");
        return [.. evaluations.EnumerateArray().Select(Read)];
    }

    /// <summary>Parses one JSON object that every parser reads in the same way.</summary>
    /// <exception cref="DecisionFaultException">It is no such object.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        if (!JsonValidator.TryValidate(body.Span, Limits, out var failure))
            throw new DecisionFaultException($"not unambiguous JSON: {failure.Fault}");
        var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
        document.Dispose();
        throw new DecisionFaultException("the answer is no object");
    }

    private static EvaluationResponse Read(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object) throw new DecisionFaultException("a decision is no object");
        if (!answer.TryGetProperty("decision", out var decision) || decision.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            throw new DecisionFaultException("the decision is no boolean");
        var hasContext = answer.TryGetProperty("context", out var context);
        if (hasContext && context.ValueKind != JsonValueKind.Object) throw new DecisionFaultException("the context is no object");
        if (!decision.GetBoolean()) return EvaluationResponse.Denied;
        return hasContext ? ReadPermit(context) : EvaluationResponse.Permitted;
    }

    private static EvaluationResponse ReadPermit(JsonElement context)
    {
        ImmutableArray<Obligation> obligations = [];
        foreach (var member in context.EnumerateObject())
        {
            if (Explaining.Contains(member.Name, StringComparer.Ordinal)) continue;
            if (member.Name != "obligations" || ReadObligations(member.Value) is not { } known) return EvaluationResponse.ObligationUnknown;
            obligations = known;
        }

        return obligations.IsEmpty ? EvaluationResponse.Permitted : new EvaluationResponse(ExternalOutcome.Permitted, obligations);
    }

    // The form in which this gateway serves its own obligations; null when no stage fulfils one of them.
    private static ImmutableArray<Obligation>? ReadObligations(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array) return null;
        foreach (var entry in list.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Object || entry.EnumerateObject().Count() != 2) return null;
            if (!Says(entry, "id", "log") || !Says(entry, "value", Obligation.LogPayload.Value)) return null;
        }

        return list.GetArrayLength() == 0 ? [] : [Obligation.LogPayload];
    }

    private static bool Says(JsonElement entry, string name, string text) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(text);
}
