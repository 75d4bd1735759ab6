using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>$ref</c>, <c>$dynamicRef</c> and <c>$recursiveRef</c>.</summary>
internal sealed class ReferenceKeyword(string name, string path) : Keyword(name, path)
{
    private SchemaNode target = null!;
    private string? anchor;

    /// <summary>Sets the target, at the end of the compilation.</summary>
    /// <param name="target">The first target.</param>
    /// <param name="anchor">The dynamic anchor that outer resources may put another target at, or null for none.</param>
    public void Resolve(SchemaNode target, string? anchor)
    {
        this.target = target;
        this.anchor = anchor;
    }

    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen) => evaluation.Visit(Target(evaluation), instance, seen);

    // JSON Schema 2020-12 core section 8.2.3.2: the outermost resource that has the anchor decides.
    private SchemaNode Target(Evaluation evaluation)
    {
        if (anchor is null)
            return target;
        foreach (var resource in evaluation.Scope)
        {
            evaluation.Spend(1);
            if (resource.DynamicAnchors.TryGetValue(anchor, out var dynamic))
                return dynamic;
        }

        return target;
    }
}
