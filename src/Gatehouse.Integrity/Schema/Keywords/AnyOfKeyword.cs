using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>anyOf</c>.</summary>
internal sealed class AnyOfKeyword(string path, SchemaNode[] nodes) : Keyword("anyOf", path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen)
    {
        var valid = false;
        foreach (var node in nodes)
        {
            valid |= evaluation.Test(node, instance, seen);
            // Where a keyword needs the evaluated parts, every alternative that holds counts.
            if (valid && seen is null)
                return true;
        }

        return valid || evaluation.Fail(this, $"fits none of {nodes.Length} alternatives");
    }
}
