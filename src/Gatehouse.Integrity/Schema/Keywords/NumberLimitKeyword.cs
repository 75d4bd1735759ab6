using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>minimum</c>, <c>maximum</c> and their exclusive forms.</summary>
internal sealed class NumberLimitKeyword(string name, string path, ExactNumber limit, string limitText) : Keyword(name, path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen)
    {
        if (instance.ValueKind != JsonValueKind.Number)
            return true;
        var order = ExactNumber.Compare(JsonEquality.Number(evaluation, instance), limit);
        return Name switch
        {
            "minimum" => order >= 0 || evaluation.Fail(this, "is less than " + limitText),
            "maximum" => order <= 0 || evaluation.Fail(this, "is more than " + limitText),
            "exclusiveMinimum" => order > 0 || evaluation.Fail(this, "is not more than " + limitText),
            _ => order < 0 || evaluation.Fail(this, "is not less than " + limitText),
        };
    }
}
