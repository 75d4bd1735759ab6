using System.Runtime.InteropServices;
using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary>Least and most characters, elements or members.</summary>
/// <param name="name">The keyword, <c>min…</c> or <c>max…</c>.</param>
/// <param name="path">The schema's path.</param>
/// <param name="kind">The kind of value that it counts in.</param>
/// <param name="bound">The bound.</param>
/// <param name="unit">The counted unit, as a plural word.</param>
internal sealed class CountKeyword(string name, string path, JsonValueKind kind, long bound, string unit) : Keyword(name, path)
{
    private readonly bool isLeast = name.StartsWith("min", StringComparison.Ordinal);

    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen)
    {
        if (instance.ValueKind != kind)
            return true;
        var count = Count(evaluation, instance);
        return isLeast
            ? count >= bound || evaluation.Fail(this, $"has fewer than {bound} {unit}")
            : count <= bound || evaluation.Fail(this, $"has more than {bound} {unit}");
    }

    private long Count(Evaluation evaluation, JsonElement instance) => kind switch
    {
        JsonValueKind.Array => instance.GetArrayLength(),
        JsonValueKind.Object => instance.GetPropertyCount(),
        _ => Characters(evaluation, instance),
    };

    // By code point (RFC 8259): a pair of surrogates is one character.
    private static long Characters(Evaluation evaluation, JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text)[1..^1];
        evaluation.Spend(raw.Length / 64);
        if (!raw.Contains((byte)'\\'))
            return raw.Length - raw.CountContinuations();
        var decoded = evaluation.Text(text) ?? "";
        return decoded.Length - decoded.AsSpan().CountLowSurrogates();
    }
}
