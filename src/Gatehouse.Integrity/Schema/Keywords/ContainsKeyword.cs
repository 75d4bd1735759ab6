using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>contains</c> with <c>minContains</c> and <c>maxContains</c>.</summary>
/// <param name="path">The schema's path.</param>
/// <param name="node">The schema that elements are counted by.</param>
/// <param name="min">Least elements that fit.</param>
/// <param name="max">Most elements that fit, or null for no bound.</param>
/// <param name="marks">True when elements that fit count as evaluated: since 2020-12 (core section 10.3.1.3).</param>
internal sealed class ContainsKeyword(string path, SchemaNode node, long min, long? max, bool marks) : Keyword("contains", path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen)
    {
        if (instance.ValueKind != JsonValueKind.Array)
            return true;
        long fitting = 0;
        var index = 0;
        foreach (var element in instance.EnumerateArray())
        {
            if (evaluation.Test(node, element, null))
            {
                fitting++;
                if (marks)
                    seen?.Add(index);
            }

            index++;
            if (!evaluation.Spend(1))
                return false;
        }

        return fitting < min ? evaluation.Fail(this, $"has fewer than {min} fitting elements")
            : fitting <= (max ?? long.MaxValue) || evaluation.Fail(this, $"has more than {max} fitting elements");
    }
}
