using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>if</c> with <c>then</c> and <c>else</c>.</summary>
internal sealed class IfKeyword(string path, SchemaNode condition, SchemaNode? then, SchemaNode? otherwise) : Keyword("if", path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen)
    {
        var branch = evaluation.Test(condition, instance, seen) ? then : otherwise;
        return branch is null || evaluation.Visit(branch, instance, seen);
    }
}
