using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>allOf</c>.</summary>
internal sealed class AllOfKeyword(string path, SchemaNode[] nodes) : Keyword("allOf", path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen)
    {
        var valid = true;
        foreach (var node in nodes)
        {
            valid &= evaluation.Visit(node, instance, seen);
            if (!valid && !evaluation.GoesOn)
                return false;
        }

        return valid;
    }
}
