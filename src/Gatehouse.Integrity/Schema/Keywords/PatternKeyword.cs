using System.Text.Json;
using Gatehouse.Integrity.Patterns;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>pattern</c>, run in linear time.</summary>
internal sealed class PatternKeyword(string path, LinearPattern pattern) : Keyword("pattern", path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen) =>
        instance.ValueKind != JsonValueKind.String
            || (evaluation.Text(instance) is { } text && evaluation.Matches(pattern, text)) || evaluation.Fail(this, "does not match the pattern");
}
