using System.Text.Json;

namespace Gatehouse.AuthZen.Serving;

/// <summary>The four parts of a question (AuthZEN 1.0 §5), each validated as an object; an absent one has no value.</summary>
/// <param name="Subject">About whom.</param>
/// <param name="Action">What.</param>
/// <param name="Resource">With what.</param>
/// <param name="Context">Under which circumstances.</param>
internal readonly record struct EvaluationRequest(JsonElement Subject, JsonElement Action, JsonElement Resource, JsonElement Context)
{
    /// <summary>The parts of the object; those that it does not have come from the defaults (§7.1.1).</summary>
    public static EvaluationRequest Of(JsonElement from, in EvaluationRequest defaults = default)
    {
        if (from.ValueKind != JsonValueKind.Object) throw new InvalidEvaluationException("a question is no object");
        return new EvaluationRequest(
            EvaluationJson.Part(from, "subject", defaults.Subject),
            EvaluationJson.Part(from, "action", defaults.Action),
            EvaluationJson.Part(from, "resource", defaults.Resource),
            EvaluationJson.Part(from, "context", defaults.Context));
    }
}
