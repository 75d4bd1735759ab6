using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>oneOf</c>.</summary>
internal sealed class OneOfKeyword(string path, SchemaNode[] nodes) : Keyword("oneOf", path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen)
    {
        var fitting = 0;
        foreach (var node in nodes)
        {
            if (evaluation.Test(node, instance, seen) && ++fitting > 1)
                return evaluation.Fail(this, "fits more than one alternative");
        }

        return fitting == 1 || evaluation.Fail(this, $"fits none of {nodes.Length} alternatives");
    }
}
