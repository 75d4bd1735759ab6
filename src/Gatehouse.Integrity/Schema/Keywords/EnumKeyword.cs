using System.Collections.Frozen;
using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>enum</c>, or <c>const</c> as one with a single value.</summary>
internal sealed class EnumKeyword : Keyword
{
    private readonly FrozenSet<string> texts;
    private readonly int longest;
    private readonly JsonElement[] others;

    public EnumKeyword(string name, string path, IReadOnlyList<JsonElement> values)
        : base(name, path)
    {
        texts = values.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)
            .ToFrozenSet(StringComparer.Ordinal);
        longest = texts.Count == 0 ? -1 : texts.Max(text => text.Length);
        others = [.. values.Where(value => value.ValueKind != JsonValueKind.String)];
    }

    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen) =>
        Holds(evaluation, instance) || evaluation.Fail(this, Name == "const" ? "is not the one value allowed" : "is not an allowed value");

    private bool Holds(Evaluation evaluation, JsonElement instance)
    {
        if (instance.ValueKind == JsonValueKind.String)
            return evaluation.Text(instance) is { } text && text.Length <= longest && evaluation.Spend(text.Length / 64) && texts.Contains(text);
        foreach (var value in others)
        {
            if (JsonEquality.Same(evaluation, value, instance))
                return true;
        }

        return false;
    }
}
