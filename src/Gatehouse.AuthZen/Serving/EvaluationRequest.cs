using System.Text.Json;

namespace Gatehouse.AuthZen.Serving;

/// <summary>The four parts of a question (AuthZEN 1.0 §5), each validated as an object; an absent part has no value.</summary>
/// <param name="Subject">The caller in question.</param>
/// <param name="Action">The action.</param>
/// <param name="Resource">The resource of the action.</param>
/// <param name="Context">The circumstances.</param>
internal readonly record struct EvaluationRequest(JsonElement Subject, JsonElement Action, JsonElement Resource, JsonElement Context)
{
    /// <summary>Returns the parts of the object; missing parts come from the defaults (§7.1.1).</summary>
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
