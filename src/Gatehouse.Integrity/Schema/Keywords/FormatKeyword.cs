using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>format</c> as an assertion; as an annotation it is not compiled at all.</summary>
internal sealed class FormatKeyword(string path, string format, Func<string, bool> fits) : Keyword("format", path)
{
    // A short regular expression may have many states.
    private readonly int least = format == "regex" ? Formats.MaxStates / 4 : 1;

    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen)
    {
        if (instance.ValueKind != JsonValueKind.String)
            return true;
        return evaluation.Text(instance) is { } text && evaluation.Spend(least + (text.Length / 16))
            && (fits(text) || evaluation.Fail(this, "is not of format " + format));
    }
}
