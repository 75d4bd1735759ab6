using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>not</c>.</summary>
internal sealed class NotKeyword(string path, SchemaNode node) : Keyword("not", path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen) =>
        !evaluation.Test(node, instance, null) || evaluation.Fail(this, "fits what it must not fit");
}
