using System.Text.Json;

namespace Gatehouse.Gateway.Decisions.Serving;

/// <summary>The four parts of a question (AuthZEN 1.0 §5), each validated as an object; an absent one has no value.</summary>
/// <param name="Subject">About whom.</param>
/// <param name="Action">What.</param>
/// <param name="Resource">With what.</param>
/// <param name="Context">Under which circumstances.</param>
internal readonly record struct Asked(JsonElement Subject, JsonElement Action, JsonElement Resource, JsonElement Context)
{
    /// <summary>The parts of the object; those that it does not have come from the defaults (§7.1.1).</summary>
    public static Asked Of(JsonElement from, in Asked defaults = default)
    {
        if (from.ValueKind != JsonValueKind.Object) throw new BadQuestionException("a question is no object");
        return new Asked(
            AskedJson.Part(from, "subject", defaults.Subject),
            AskedJson.Part(from, "action", defaults.Action),
            AskedJson.Part(from, "resource", defaults.Resource),
            AskedJson.Part(from, "context", defaults.Context));
    }
}
