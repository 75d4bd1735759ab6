using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>type</c>.</summary>
internal sealed class TypeKeyword(string path, JsonTypes types) : Keyword("type", path)
{
    private readonly string message = "is not of type " + types.ToString().ToLowerInvariant().Replace(", ", " or ", StringComparison.Ordinal);

    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen) =>
        Fits(evaluation, instance) || evaluation.Fail(this, message);

    private bool Fits(Evaluation evaluation, JsonElement instance) => instance.ValueKind switch
    {
        JsonValueKind.Null => types.HasFlag(JsonTypes.Null),
        JsonValueKind.True or JsonValueKind.False => types.HasFlag(JsonTypes.Boolean),
        JsonValueKind.Object => types.HasFlag(JsonTypes.Object),
        JsonValueKind.Array => types.HasFlag(JsonTypes.Array),
        JsonValueKind.String => types.HasFlag(JsonTypes.String),
        _ => types.HasFlag(JsonTypes.Number) || (types.HasFlag(JsonTypes.Integer) && JsonEquality.Number(evaluation, instance).IsInteger),
    };
}
